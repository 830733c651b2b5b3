package recording

import (
	"fmt"
	"testing"
)

func TestWindowAndNetwork(t *testing.T) {
	for _, c := range []struct {
		name, steps, want string
		noted             bool
	}{
		{"nothing said", "", "desktop unthrottled", false},
		{"a preset", `{"type":"setViewport","width":412,"height":915,"isMobile":true,"hasTouch":true},`, "phone unthrottled", false},
		{"another phone", `{"type":"setViewport","width":360,"height":640,"isMobile":true,"hasTouch":true},`, "phone unthrottled 360×640", false},
		{"a tablet across", `{"type":"setViewport","width":1024,"height":768,"isMobile":true,"hasTouch":true,"isLandscape":true},`, "tablet unthrottled 1024×768", false},
		{"beside the tools", `{"type":"setViewport","width":918,"height":1315,"isMobile":false,"hasTouch":false},`, "laptop unthrottled 918×1315", false},
		{"a screen that one touches", `{"type":"setViewport","width":1440,"height":900,"isMobile":false,"hasTouch":true},`, "desktop unthrottled", true},
		{"half pixels", `{"type":"setViewport","width":1440.4,"height":899.6,"isMobile":false,"hasTouch":false},`, "desktop unthrottled", false},
		{"a window of no size", `{"type":"setViewport","width":0,"height":900,"isMobile":false,"hasTouch":false},`, "laptop unthrottled", true},
		{"Fast 4G as the tools correct it", `{"type":"emulateNetworkConditions","download":1012500,"upload":168750,"latency":165},`, "desktop 4g", false},
		{"Slow 4G as the tools correct it", `{"type":"emulateNetworkConditions","download":180000,"upload":84375,"latency":562.5},`, "desktop slow-4g", false},
		{"3G as the tools correct it", `{"type":"emulateNetworkConditions","download":50000,"upload":50000,"latency":2000},`, "desktop 3g", false},
		{"the figures themselves", `{"type":"emulateNetworkConditions","download":200000,"upload":93750,"latency":150},`, "desktop slow-4g", false},
		{"none", `{"type":"emulateNetworkConditions","download":-1,"upload":-1,"latency":0},`, "desktop unthrottled", false},
		{"offline", `{"type":"emulateNetworkConditions","download":0,"upload":0,"latency":0},`, "desktop unthrottled", true},
		{"one of its own", `{"type":"emulateNetworkConditions","download":1000,"upload":1000,"latency":10},`, "desktop unthrottled", true},
	} {
		r, err := Import([]byte(`{"steps": [`+c.steps+page+`]}`), Options{})
		if err != nil {
			t.Fatal(err)
		}
		v := r.Journey.Visits[0]
		noted := false
		for _, n := range r.Notes {
			noted = noted || n.At.Key == "devices"
		}
		got := v.Device.Name + " " + v.Network.Name
		if size := r.Journey.Conditions.Viewport; size != nil {
			got += fmt.Sprintf(" %d×%d", size.Width, size.Height)
		}
		if got != c.want || noted != c.noted {
			t.Errorf("%s: %s, noted %t; want %s, %t", c.name, got, noted, c.want, c.noted)
		}
	}
}
