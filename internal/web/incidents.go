package web

import (
	"context"
	"time"

	"samui/internal/incident"
)

// mostOpen bounds the open incidents that a page lists.
const mostOpen = 100

// Incidents is what isn't as it should be, or was.
type Incidents interface {
	// Incidents are those that a query asks for, the newest first.
	Incidents(ctx context.Context, q IncidentQuery) ([]incident.Incident, error)
	Incident(ctx context.Context, id string) (i incident.Incident, found bool, err error)
	// Acknowledge notes that somebody takes care; false where there is no such
	// incident, or it is over.
	Acknowledge(ctx context.Context, id, by string) (bool, error)
}

// IncidentQuery asks for incidents. Empty fields match everything.
type IncidentQuery struct {
	State         incident.State
	Site, Journey string
	Limit         int
}

// incidentRow is an incident in a list.
type incidentRow struct {
	incident.Incident
	Began  moment
	Ended  *moment // nil = it is open
	Lasted string
}

// Parts are its name in pieces, each of which may run in a direction of its
// own.
func (r incidentRow) Parts() []string {
	if r.Kind == incident.KindSite && r.Worst.StepTitle != "" {
		return []string{r.Title, r.Worst.StepTitle}
	}
	return []string{r.Name()}
}

func rowsOf(all []incident.Incident, now time.Time) []incidentRow {
	rows := make([]incidentRow, len(all))
	for i, one := range all {
		rows[i] = rowOf(one, now)
	}
	return rows
}

func rowOf(i incident.Incident, now time.Time) incidentRow {
	row := incidentRow{Incident: i, Began: momentOf(i.Since, now), Lasted: span(now.Sub(i.Since))}
	if i.ResolvedAt != nil {
		ended := momentOf(*i.ResolvedAt, now)
		row.Ended, row.Lasted = &ended, span(i.ResolvedAt.Sub(i.Since))
	}
	return row
}
