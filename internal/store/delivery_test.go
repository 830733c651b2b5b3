package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"samui/internal/journey"
)

// queue is a store with deliveries 1… to influxdb, of so many bytes each, a
// minute apart.
func queue(t *testing.T, bytes ...int) *Store {
	t.Helper()
	s := open(t, t.TempDir())
	for i, n := range bytes {
		r := result(slotAt(i), fmt.Sprint(i+1), "influxdb")
		r.Deliveries[0].Payload = make([]byte, n)
		r.Deliveries[0].Created = slotAt(i).At
		if err := s.Record(context.Background(), slotAt(i), r); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func due(t *testing.T, s *Store, minutes, limit, maxBytes int) []int64 {
	t.Helper()
	found, err := s.Due(context.Background(), "influxdb", slotAt(minutes).At, limit, maxBytes)
	if err != nil {
		t.Fatal(err)
	}
	all := []int64{}
	for _, d := range found {
		all = append(all, d.ID)
	}
	return all
}

func TestDue(t *testing.T) {
	s := queue(t, 10, 20, 30, 5)
	for _, tt := range []struct {
		name                     string
		minutes, limit, maxBytes int
		want                     []int64
	}{
		{"all", 100, 0, 0, []int64{1, 2, 3, 4}},
		{"before they are due", -1, 0, 0, []int64{}},
		{"those that are", 1, 0, 0, []int64{1, 2}},
		{"so many", 100, 3, 0, []int64{1, 2, 3}},
		{"so many bytes", 100, 0, 30, []int64{1, 2}},
		{"so many bytes, and smaller ones later", 100, 0, 35, []int64{1, 2}},
		{"the first is too big", 100, 0, 5, []int64{1}},
	} {
		asExpected(t, tt.name, due(t, s, tt.minutes, tt.limit, tt.maxBytes), tt.want)
	}
	if found, err := s.Due(context.Background(), "slack", noon.Add(time.Hour), 0, 0); err != nil || len(found) != 0 {
		t.Errorf("due for somebody else: %v, %v", found, err)
	}
}

func TestWhatBecomesOfDeliveries(t *testing.T) {
	ctx := context.Background()
	s := queue(t, 1, 1, 1, 1)
	if err := s.Delivered(ctx, 2); err != nil {
		t.Fatal(err)
	}
	if err := s.Retry(ctx, slotAt(60).At, "connection refused", 1, 3); err != nil {
		t.Fatal(err)
	}
	if err := s.Refuse(ctx, "no such bucket", 4); err != nil {
		t.Fatal(err)
	}
	asExpected(t, "due meanwhile", due(t, s, 59, 0, 0), []int64{})
	asExpected(t, "due again", due(t, s, 60, 0, 0), []int64{1, 3})
	if err := s.Retry(ctx, slotAt(59).At, "connection refused", 3); err != nil {
		t.Fatal(err)
	}
	asExpected(t, "due the longest", due(t, s, 60, 1, 0), []int64{3})
	if err := s.Retry(ctx, slotAt(60).At, "connection refused", 1, 3); err != nil {
		t.Fatal(err)
	}
	all, err := s.Deliveries(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	delivery := func(id int64, due time.Time, state, reason string) Delivery {
		attempts := map[int64]int{1: 2, 3: 3, 4: 1}[id]
		return Delivery{ID: id, Sink: "influxdb", Key: fmt.Sprint(id), Payload: []byte{0}, Bytes: 1, Created: slotAt(int(id) - 1).At, Due: due, Attempts: attempts, State: state, Reason: reason}
	}
	asExpected(t, "deliveries", all, []Delivery{
		delivery(1, slotAt(60).At, Waiting, "connection refused"), delivery(3, slotAt(60).At, Waiting, "connection refused"), delivery(4, slotAt(3).At, Refused, "no such bucket"),
	})
	if some, err := s.Deliveries(ctx, 1); err != nil || len(some) != 1 || some[0].ID != 1 {
		t.Errorf("the first of them: %v, %v", some, err)
	}
	b, err := s.Backlog(ctx, "influxdb")
	if err != nil {
		t.Fatal(err)
	}
	asExpected(t, "backlog", b, Backlog{Waiting: 2, Refused: 1, Bytes: 3, Oldest: slotAt(0).At})

	// One that was refused is not put off into waiting again.
	if err := s.Retry(ctx, noon, "late answer", 4); err != nil {
		t.Fatal(err)
	}
	asExpected(t, "due after a late answer", due(t, s, 60, 0, 0), []int64{1, 3})
	if err := s.Delivered(ctx); err != nil { // none at all
		t.Error(err)
	}
}

// What is told anew isn't told as it was before; what was refused is kept, to
// be looked at.
func TestADeliveryTakesThePlaceOfOthers(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	tell := func(minutes int, sink, key, replaces string) {
		t.Helper()
		r := result(slotAt(minutes), key)
		r.Deliveries = []Delivery{{Sink: sink, Key: key, Payload: []byte("x"), Replaces: replaces}}
		if err := s.Record(ctx, slotAt(minutes), r); err != nil {
			t.Fatal(err)
		}
	}
	tell(1, "slack", "a/1", "a/")
	tell(2, "slack", "ab/1", "ab/")
	tell(3, "influxdb", "a/2", "")
	tell(4, "slack", "a/3", "a/")
	if err := s.Refuse(ctx, "no", 4); err != nil {
		t.Fatal(err)
	}
	tell(5, "slack", "a/5", "a/")
	tell(6, "slack", "a/6", "a/")
	if err := s.Delivered(ctx, 5); err != nil { // it was on its way
		t.Fatal(err)
	}
	all, err := s.Deliveries(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, d := range all {
		keys = append(keys, d.Sink+" "+d.Key+" "+d.State)
	}
	asExpected(t, "deliveries", keys, []string{"slack ab/1 waiting", "influxdb a/2 waiting", "slack a/3 refused", "slack a/6 waiting"})
}

func TestResend(t *testing.T) {
	ctx := context.Background()
	s := queue(t, 1, 1, 1)
	resend := func(id int64, want bool) {
		t.Helper()
		if found, err := s.Resend(ctx, id, slotAt(30).At); err != nil || found != want {
			t.Errorf("Resend(%d) = %v, %v, want %v", id, found, err, want)
		}
	}
	resend(0, false)
	if err := s.Refuse(ctx, "too old", 1, 2); err != nil {
		t.Fatal(err)
	}
	if err := s.Retry(ctx, slotAt(60).At, "busy", 3); err != nil {
		t.Fatal(err)
	}
	resend(9, false)
	resend(2, true)
	asExpected(t, "due after one", due(t, s, 30, 0, 0), []int64{2})
	resend(0, true)
	asExpected(t, "due after all refused", due(t, s, 30, 0, 0), []int64{1, 2})
	resend(3, true)
	asExpected(t, "due after one that was put off", due(t, s, 30, 0, 0), []int64{1, 2, 3})
	all, err := s.Deliveries(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		if d.Attempts != 0 || d.State != Waiting {
			t.Errorf("%d has %d attempts and is %s, want a fresh start", d.ID, d.Attempts, d.State)
		}
	}
}

func TestTheSameKeyTwice(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	for i := range 2 {
		r := Result{Run: good(slotAt(i), fmt.Sprint(i)), Deliveries: []Delivery{{Sink: "slack", Key: "incident 1", Payload: []byte{byte(i)}}, {Sink: "webhook", Key: "incident 1"}}}
		if err := s.Record(ctx, slotAt(i), r); err != nil {
			t.Fatal(err)
		}
	}
	all, err := s.Deliveries(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	asExpected(t, "deliveries", all, []Delivery{
		{ID: 1, Sink: "slack", Key: "incident 1", Payload: []byte{0}, Bytes: 1, Created: noon, Due: noon, State: Waiting},
		{ID: 2, Sink: "webhook", Key: "incident 1", Created: noon, Due: noon, State: Waiting},
	})
}

func TestDropOldest(t *testing.T) {
	for _, tt := range []struct {
		name      string
		refused   []int64
		olderThan time.Time
		overBytes int64
		left      []int64
	}{
		{"no bound", []int64{2}, time.Time{}, 0, []int64{1, 2, 3, 4}},
		{"by age", nil, slotAt(2).At, 0, []int64{3, 4}},
		{"by age, refused ones too", []int64{1, 4}, slotAt(2).At, 0, []int64{3, 4}},
		{"by bytes", nil, time.Time{}, 25, []int64{3, 4}},
		{"by bytes, just enough", nil, time.Time{}, 30, []int64{2, 3, 4}},
		{"by bytes, refused ones first", []int64{3, 4}, time.Time{}, 20, []int64{1, 2}},
		{"by age, which leaves bytes enough", []int64{4}, slotAt(1).At, 30, []int64{2, 3, 4}},
		{"everything", nil, slotAt(9).At, 0, []int64{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx := context.Background()
			s := queue(t, 10, 10, 10, 10)
			other := journey.Slot{Site: "other", At: noon}
			record(t, s, other, "other", "slack")
			if err := s.Refuse(ctx, "no", tt.refused...); err != nil {
				t.Fatal(err)
			}
			dropped, err := s.DropOldest(ctx, "influxdb", tt.olderThan, tt.overBytes)
			if err != nil {
				t.Fatal(err)
			}
			left := []int64{}
			all, err := s.Deliveries(ctx, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range all {
				if d.Sink == "influxdb" {
					left = append(left, d.ID)
				}
			}
			asExpected(t, "left", left, tt.left)
			remembered, err := s.Dropped(ctx, "influxdb")
			if want := 4 - len(tt.left); err != nil || dropped != want || remembered != int64(want) {
				t.Errorf("dropped %d, remembered %d, %v, want %d", dropped, remembered, err, want)
			}
			if b, err := s.Backlog(ctx, "slack"); err != nil || b.Waiting != 1 {
				t.Errorf("somebody else's: %+v, %v", b, err)
			}
		})
	}
}

func TestDropMoreThanOneTransactionTakes(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	const n = 2*dropAtOnce + 7
	r := Result{Run: good(slotAt(0), "a")}
	for i := range n {
		r.Deliveries = append(r.Deliveries, Delivery{Sink: "influxdb", Key: fmt.Sprint(i), Payload: []byte("x")})
	}
	if err := s.Record(ctx, slotAt(0), r); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{n - 3, 0} {
		if dropped, err := s.DropOldest(ctx, "influxdb", time.Time{}, 3); err != nil || dropped != want {
			t.Errorf("dropped %d, %v, want %d", dropped, err, want)
		}
	}
	if n2, err := s.Dropped(ctx, "influxdb"); err != nil || n2 != n-3 {
		t.Errorf("remembered %d, %v, want %d", n2, err, n-3)
	}
}

// The id of one that is gone is never another's: a sender that comes late must
// not touch it.
func TestIdsAreNotUsedTwice(t *testing.T) {
	s := queue(t, 1, 1)
	if err := s.Delivered(context.Background(), 1, 2); err != nil {
		t.Fatal(err)
	}
	record(t, s, slotAt(7), "later", "influxdb")
	asExpected(t, "due", due(t, s, 100, 0, 0), []int64{3})
}
