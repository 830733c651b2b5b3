//go:build !linux

package browser

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps a Ctrl-C in the terminal from Chrome, so that a run can be
// ended in order.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}
