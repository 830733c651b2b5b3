package main

import (
	"strings"
	"testing"

	"samui/internal/config"
	"samui/internal/influx/influxtest"
)

func TestDoctorAsksInfluxDB(t *testing.T) {
	server := influxtest.Start(t)
	for _, c := range []struct {
		name   string
		db     *config.InfluxDB
		health health
		want   string
	}{
		{"none configured", nil, fine, "off"},
		{"there", &config.InfluxDB{URL: server.URL(), Bucket: influxtest.Database}, fine, "takes results into " + influxtest.Database},
		{"without that database", &config.InfluxDB{URL: server.URL(), Bucket: "nowhere"}, doubts, "nowhere"},
		{"away", &config.InfluxDB{URL: "http://127.0.0.1:1", Bucket: "samui"}, doubts, "127.0.0.1:1"},
	} {
		got := examineInfluxDB(t.Context(), c.db)
		if len(got) != 1 || got[0].health != c.health || !strings.Contains(got[0].found, c.want) {
			t.Errorf("%s: got %+v, want health %d and %q", c.name, got, c.health, c.want)
		}
		if c.health != fine && got[0].advice == "" {
			t.Errorf("%s: %q comes without advice", c.name, got[0].found)
		}
	}
}
