// Package probes holds the journeys that ship with Samui, so that the demo
// works from any folder. They are ordinary journey files: the same ones that
// `samui run probes/*.yaml` reads.
package probes

import (
	"embed"
	"io/fs"
)

//go:embed *.yaml
var files embed.FS

// Files are the shipped journeys, each *.yaml at the top.
func Files() fs.FS { return files }
