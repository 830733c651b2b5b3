package daemon

import (
	"context"
	"time"

	"samui/internal/store"
	"samui/internal/web"
)

// figures is the store as the page counts with it.
type figures struct{ *store.Store }

func (f figures) Points(ctx context.Context, site, journeyID, device string, since time.Time) ([]web.Point, error) {
	found, err := f.Store.Points(ctx, site, journeyID, device, since)
	points := make([]web.Point, len(found))
	for i, p := range found {
		points[i] = web.Point(p)
	}
	return points, err
}

func (f figures) StepPoints(ctx context.Context, runIDs ...string) ([]web.StepPoint, error) {
	found, err := f.Store.StepPoints(ctx, runIDs...)
	points := make([]web.StepPoint, len(found))
	for i, p := range found {
		points[i] = web.StepPoint(p)
	}
	return points, err
}

func (f figures) Turns(ctx context.Context, site, journeyID, device string, since time.Time) ([]web.Turn, error) {
	found, err := f.Store.Turns(ctx, site, journeyID, device, since)
	turns := make([]web.Turn, len(found))
	for i, t := range found {
		turns[i] = web.Turn(t)
	}
	return turns, err
}
