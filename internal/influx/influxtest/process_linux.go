package influxtest

import (
	"os/exec"
	"syscall"
)

// dieWithTest has the kernel end the server when the test is killed, and keeps
// a Ctrl-C in the terminal from it: its test stops it.
func dieWithTest(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
