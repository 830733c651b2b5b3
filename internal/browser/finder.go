package browser

import (
	"embed"
	"strings"
)

// finderFiles are the scripts that find elements and judge expectations in the
// page. They depend on each other only when they are called, so their order
// doesn't matter; all of them are needed.
//
//go:embed page/dom.js page/text.js page/aria.js page/find.js page/describe.js page/nearest.js page/number.js page/claims.js
var finderFiles embed.FS

// finderScript defines samui.find and samui.claims.
func finderScript() string {
	files, err := finderFiles.ReadDir("page")
	if err != nil {
		panic("BUG: embedded scripts: " + err.Error())
	}
	var script strings.Builder
	for _, f := range files {
		data, err := finderFiles.ReadFile("page/" + f.Name())
		if err != nil {
			panic("BUG: embedded script: " + err.Error())
		}
		script.Write(data)
		script.WriteByte('\n')
	}
	return script.String()
}
