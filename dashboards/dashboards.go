// Package dashboards holds the Grafana dashboards that ship with Samui:
// overview, journey, and Samui itself. They are ordinary classic dashboards,
// the same files that deploy provisions Grafana with; any other Grafana imports
// them as they are.
//
// The one rule not to break: whatever a panel, a variable or an annotation asks
// is asked in InfluxQL that InfluxDB 1.8, 2 and 3 understand, of names that
// internal/influx writes, and is answered in the tests.
package dashboards

import (
	"embed"
	"io/fs"
)

//go:embed *.json
var files embed.FS

// Files are the shipped dashboards, each *.json at the top.
func Files() fs.FS { return files }
