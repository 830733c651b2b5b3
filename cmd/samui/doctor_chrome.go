package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"samui/internal/browser"
	"samui/internal/config"
)

// startLimit is generous: the first start on a cold disk takes many seconds.
const startLimit = time.Minute

// examineChrome finds Chrome and starts it.
func examineChrome(ctx context.Context, s config.Settings, noSandbox bool) []finding {
	exe, err := browser.Find(s.Chrome.Path, false)
	if err != nil {
		return []finding{{broken, "chrome", err.Error(), hintOf(err)}}
	}
	noSandbox = noSandbox || !s.Chrome.Sandbox
	b, err := browser.New(browser.Options{Path: s.Chrome.Path, NoSandbox: noSandbox, Contact: s.Contact, Devices: s.Devices})
	if errors.Is(err, browser.ErrSandbox) {
		return []finding{
			{fine, "chrome", fmt.Sprintf("%s at %s", exe.Name, exe.Path), ""},
			{broken, "sandbox", err.Error(), hintOf(err)},
		}
	}
	if err != nil {
		return []finding{{broken, "chrome", err.Error(), hintOf(err)}}
	}
	defer func() { _ = b.Close() }() // only what it says when it starts matters here
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	identity, err := b.Start(ctx)
	if err != nil {
		advice := hintOf(err)
		if advice == "" && !noSandbox {
			advice = sandboxAdvice(os.ReadFile)
		}
		return []finding{{broken, "chrome", err.Error(), advice}}
	}
	found := []finding{{fine, "chrome", fmt.Sprintf("%s %s at %s starts", identity.Name, identity.Version, exe.Path), ""}}
	if noSandbox {
		return append(found, finding{
			doubts, "sandbox", "off, because you said so: a hostile page could take over this machine",
			"run samui as an ordinary user, without --no-sandbox and chrome: {sandbox: off}",
		})
	}
	return append(found, finding{fine, "sandbox", "on", ""})
}

func hintOf(err error) string {
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		return hinted.Hint()
	}
	return ""
}

// sandboxAdvice looks at the switches with which kernels forbid the user
// namespaces that the sandbox is made of.
func sandboxAdvice(read func(string) ([]byte, error)) string {
	for _, s := range []struct{ file, forbidden, advice string }{
		{
			"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1",
			"AppArmor forbids user namespaces: give Chrome a profile with `userns,`, or sysctl kernel.apparmor_restrict_unprivileged_userns=0",
		},
		{"/proc/sys/kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"},
		{"/proc/sys/user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=10000"},
	} {
		if data, err := read(s.file); err == nil && string(data) == s.forbidden+"\n" {
			return s.advice
		}
	}
	return "in a container, allow user namespaces (a seccomp profile with clone, setns and unshare); or, for sites you trust, --no-sandbox"
}
