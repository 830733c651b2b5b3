package browser

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"samui/internal/journey"
)

// fiveEvents are what Chrome tells of a request; data comes twice.
type fiveEvents struct {
	sent     *network.EventRequestWillBeSent
	answered *network.EventResponseReceived
	data     *network.EventDataReceived
	finished *network.EventLoadingFinished
}

// BenchmarkRecorder tells what noting a request costs, of five events each, and
// beside it what chromedp's reading of them costs every visit anyway.
func BenchmarkRecorder(b *testing.B) {
	all := make([]fiveEvents, mostRecorded)
	for i := range all {
		id := network.RequestID(fmt.Sprint("1000.", i))
		at := cdp.MonotonicTime(100 + float64(i)/1000)
		all[i] = fiveEvents{
			&network.EventRequestWillBeSent{
				RequestID: id, Timestamp: at, WallTime: 1.7e9, Type: network.ResourceTypeImage, Initiator: &network.Initiator{Type: network.InitiatorTypeParser, URL: "https://shop.example/"},
				Request: &network.Request{URL: fmt.Sprintf("https://shop.example/images/%d.webp?width=640&token=abc", i), Method: "GET"},
			},
			&network.EventResponseReceived{RequestID: id, Timestamp: at + 0.1, Response: &network.Response{Status: 200, MimeType: "image/webp", Protocol: "h2", Timing: &network.ResourceTiming{RequestTime: float64(at)}}},
			&network.EventDataReceived{RequestID: id, Timestamp: at + 0.1, DataLength: 1000, EncodedDataLength: 1000},
			&network.EventLoadingFinished{RequestID: id, Timestamp: at + 0.2, EncodedDataLength: 1200},
		}
	}
	site := journey.Site{URL: "https://shop.example", Hosts: []string{"shop.example"}}
	b.Run("read by chromedp", func(b *testing.B) {
		var messages []*cdproto.Message
		for _, e := range all[:100] {
			for method, event := range map[cdproto.MethodType]any{
				cdproto.EventNetworkRequestWillBeSent: e.sent, cdproto.EventNetworkResponseReceived: e.answered,
				cdproto.EventNetworkDataReceived: e.data, cdproto.EventNetworkLoadingFinished: e.finished,
			} {
				params, err := json.Marshal(event)
				if err != nil {
					b.Fatal(err)
				}
				messages = append(messages, &cdproto.Message{Method: method, Params: params})
			}
		}
		b.ReportAllocs()
		for b.Loop() {
			for _, m := range messages {
				if _, err := cdproto.UnmarshalMessage(m, chromedp.DefaultUnmarshalOptions); err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100, "ns/request")
	})
	b.Run("noted", func(b *testing.B) { noted(b, site, all) })
}

func noted(b *testing.B, site journey.Site, all []fiveEvents) {
	b.ReportAllocs()
	for b.Loop() {
		r := newRecorder(site, func(string, string) string { return "" })
		record := r.begin()
		for _, e := range all {
			r.hear(e.sent, origin{})
			r.hear(e.answered, origin{})
			r.hear(e.data, origin{})
			r.hear(e.data, origin{})
			r.hear(e.finished, origin{})
		}
		r.begin()
		if len(record.requests) != mostRecorded || len(r.known) != 0 {
			b.Fatal(len(record.requests), len(r.known))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/mostRecorded, "ns/request")
}
