package main

import (
	"context"
	"time"

	"samui/internal/config"
	"samui/internal/influx"
)

// influxLimit is how long InfluxDB may take to answer.
const influxLimit = 10 * time.Second

// examineInfluxDB asks the configured InfluxDB whether it would take results.
// Its absence is no ailment of Samui's: they wait until it is back.
func examineInfluxDB(ctx context.Context, db *config.InfluxDB) []finding {
	if db == nil {
		return []finding{{fine, "influxdb", "off: results are kept here only", ""}}
	}
	sender, err := influx.New(influx.Options{URL: db.URL, Token: db.Token, Org: db.Org, Bucket: db.Bucket, Timeout: influxLimit})
	if err != nil {
		return []finding{{broken, "influxdb", err.Error(), hintOf(err)}}
	}
	defer sender.Close()
	ctx, cancel := context.WithTimeout(ctx, influxLimit)
	defer cancel()
	if err := sender.Check(ctx); err != nil {
		return []finding{{doubts, "influxdb", err.Error(), hintOf(err)}}
	}
	return []finding{{fine, "influxdb", db.URL + " takes results into " + db.Bucket, ""}}
}
