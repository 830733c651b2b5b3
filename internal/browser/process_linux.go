package browser

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps a Ctrl-C in the terminal from Chrome, so that a run can be
// ended in order, and has the kernel end Chrome when Samui is killed.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
