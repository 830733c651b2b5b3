package main

import (
	"context"
	"errors"
	"io/fs"

	"samui/internal/config"
	"samui/internal/journey"
	"samui/internal/store"
)

// past is what the data folder knows of earlier visits. Without one it knows
// nothing, which is no mistake: most journeys are written before there is one.
type past struct{ store *store.Store }

// past opens the data folder of the settings to look at it. The caller closes
// it.
func (w *world) past(ctx context.Context, s config.Settings) past {
	st, err := store.OpenReadOnly(ctx, s.Data)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			w.warn("earlier visits are not known: %v", err)
		}
		return past{}
	}
	return past{st}
}

func (p past) close() {
	if p.store != nil {
		_ = p.store.Close() // only read
	}
}

// runs are the newest visits of a journey under the same conditions, at most n,
// the newest first.
func (p past) runs(ctx context.Context, j journey.Journey, v journey.Visit, n int) ([]journey.Run, error) {
	if p.store == nil {
		return nil, nil
	}
	all, err := p.store.Runs(ctx, store.Query{Site: j.Site.ID, Journey: j.ID, Device: v.Device.Name, Limit: n})
	var same []journey.Run
	for _, r := range all {
		if r.Network == v.Network.Name {
			same = append(same, r)
		}
	}
	return same, err
}
