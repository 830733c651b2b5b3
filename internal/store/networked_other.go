//go:build !linux

package store

import "log/slog"

// warnNetworked knows the file systems of Linux only.
func warnNetworked(*slog.Logger, string) {}
