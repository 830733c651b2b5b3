package slack

import (
	"context"
	"slices"
	"time"

	"samui/internal/incident"
	"samui/internal/journey"
)

// Notice is an incident, and what a message needs to know beside it.
type Notice struct {
	Incident  incident.Incident
	SiteTitle string         // for people; the site's id where empty
	Timezone  *time.Location // the site's; nil = UTC
	Channel   string         // the site's own; empty = the installation's
	UsualMs   *float64       // what the worst step's wait usually is; nil = unknown
	// Picture is the file of the worst sighting's picture; empty where there is
	// none or it may not be shown, as of journeys that use secrets.
	Picture string
}

// Memory keeps what was told. It is safe for concurrent use.
type Memory interface {
	// Thread is what was kept under an ID.
	Thread(ctx context.Context, id string) (Thread, bool, error)
	// Threads are those of a site that are Open, or were Posted or Joined within
	// the last hour, in any order.
	Threads(ctx context.Context, site string) ([]Thread, error)
	// Keep keeps a thread in the place of the one with its ID. It is durable
	// when Keep returns.
	Keep(ctx context.Context, t Thread) error
}

// Thread is what was told about an incident, or about a storm: the incidents
// of one site that share a message because too many opened at once. It is for
// a [Memory] to keep as JSON; nobody else needs to look inside.
type Thread struct {
	ID      string `json:"id"` // the incident's, or the storm's, which begins with "storm-"
	Site    string `json:"site"`
	Channel string `json:"channel"` // as configured when its message was posted
	Open    bool   `json:"open"`    // as last told

	// Where the message is. Both are empty before it was posted, and with a webhook.
	ChannelID string `json:"channel_id,omitempty"`
	TS        string `json:"ts,omitempty"`
	// Roots counts how often the message was posted anew: somebody deleted it, or
	// its channel is no more.
	Roots int `json:"roots,omitempty"`

	Posted    time.Time `json:"posted,omitzero"`
	Late      bool      `json:"late,omitempty"`      // it was over when it was first told
	Mentioned bool      `json:"mentioned,omitempty"` // the message mentions somebody
	Frozen    bool      `json:"frozen,omitempty"`    // the workspace doesn't allow to edit it any more
	Shown     int       `json:"shown,omitempty"`     // the revision that the message shows
	Told      int       `json:"told,omitempty"`      // news up to this revision was told, or was over
	Last      time.Time `json:"last,omitzero"`       // when something was last posted

	// Heard is the severity that people last heard of; empty = of none, or that
	// all is well. Lower is the most that the message showed since LowerSince,
	// where that is less.
	Heard      journey.Outcome `json:"heard,omitempty"`
	Lower      journey.Outcome `json:"lower,omitempty"`
	LowerSince time.Time       `json:"lower_since,omitzero"`

	// Posting is a post that was begun; what became of it isn't known.
	Posting *Posting `json:"posting,omitempty"`

	// Storm is the storm whose message tells of this incident too, since Joined.
	Storm  string    `json:"storm,omitempty"`
	Joined time.Time `json:"joined,omitzero"`
	// Members are a storm's incidents, in the order in which they joined.
	Members  []Member `json:"members,omitempty"`
	Revision int      `json:"revision,omitempty"` // of the members

	Pictures []Picture `json:"pictures,omitempty"`
}

// Posting is a post on its way.
type Posting struct {
	Part string    `json:"part"` // of the story: the message itself or a reply; unique in a thread
	Root bool      `json:"root,omitempty"`
	At   time.Time `json:"at"`
	// Until is when the request had ended at the latest: it may arrive a little
	// later all the same.
	Until time.Time `json:"until"`
	// Tries is how often the answer was lost, Looks how often looking for the post
	// was refused for a reason that we don't know.
	Tries int `json:"tries,omitempty"`
	Looks int `json:"looks,omitempty"`
	// What is told once it arrived: see Thread.
	Revision int             `json:"revision"`
	Heard    journey.Outcome `json:"heard,omitempty"`
}

// Member is an incident of a storm, as its line says it.
type Member struct {
	Incident string          `json:"incident"`
	Journey  string          `json:"journey"`
	Line     string          `json:"line"`
	Severity journey.Outcome `json:"severity"`
	Open     bool            `json:"open"`
	Since    time.Time       `json:"since"`
	Ended    time.Time       `json:"ended,omitzero"`
	Joined   int             `json:"joined"` // the storm's revision since which it is a member

	Reminder int `json:"reminder,omitempty"` // the incident's revision when somebody was last to be reminded
	Reminded int `json:"reminded,omitempty"` // the storm's revision that this made; 0 = none
}

// Picture is a picture in the thread of a message.
type Picture struct {
	Name  string `json:"name"`
	Tries int    `json:"tries"`
	Done  bool   `json:"done"` // it is there, or was given up
}

// told notes that a post arrived.
func (t *Thread) told(p Posting, channelID, ts string) {
	if p.Root {
		t.ChannelID, t.TS = channelID, ts
		t.Posted, t.Shown = p.At, p.Revision
	}
	t.Told, t.Posting, t.Last = p.Revision, nil, p.At
	t.Heard, t.Lower = p.Heard, ""
}

// calm is how long something has to be less bad before it is news that it is
// as bad again.
const calm = time.Hour

// heard is what people take for how bad it is.
func (t *Thread) heard(now time.Time) journey.Outcome {
	if t.Lower != "" && now.Sub(t.LowerSince) >= calm {
		return t.Lower
	}
	return t.Heard
}

// shows notes how bad it is, without anybody having heard of it.
func (t *Thread) shows(severity journey.Outcome, now time.Time) {
	if heard := t.heard(now); heard != t.Heard {
		t.Heard, t.Lower = heard, ""
	}
	switch {
	case severity == "" || severity.Level() >= t.Heard.Level():
		t.Lower = ""
	case t.Lower == "":
		t.Lower, t.LowerSince = severity, now.Round(0).UTC()
	case severity.Level() > t.Lower.Level():
		t.Lower = severity
	}
}

// begun reports whether the message was posted, or may have been.
func (t *Thread) begun() bool { return !t.Posted.IsZero() || t.Posting != nil }

// doubted is how long to wait with a post whose answer was lost where nobody
// may look whether it is there. It is made again, ever later; once it was made
// often enough it is taken as told, or a gateway that never lets an answer
// through would have it told for ever.
func (t *Thread) doubted(now time.Time) (wait time.Duration) {
	waits := [...]time.Duration{10 * time.Second, 2 * time.Minute, 10 * time.Minute, 40 * time.Minute, 2 * time.Hour}
	p := t.Posting
	switch {
	case p.Tries == 0: // Samui was killed
		return 0
	case p.Tries > len(waits):
		t.told(*p, "", "")
		return 0
	}
	return max(0, p.Until.Add(waits[p.Tries-1]).Sub(now))
}

// again notes that a post is made once more whose answer was lost. Who was
// called twice, which one of the answers may have lost, isn't called again.
func (t *Thread) again(p *Posting, m *message) {
	if t.Posting == nil || t.Posting.Part != p.Part {
		return
	}
	if p.Tries = t.Posting.Tries; p.Tries > 1 {
		m.mention = ""
	}
}

// leave forgets where the message is: it is to be posted anew.
func (t *Thread) leave() {
	t.ChannelID, t.TS, t.Posting, t.Posted, t.Frozen = "", "", nil, time.Time{}, false
	t.Roots++
}

// isStorm reports whether the thread is a storm's.
func (t *Thread) isStorm() bool { return len(t.Members) > 0 }

// clone shares nothing with t.
func (t *Thread) clone() Thread {
	c := *t
	c.Members, c.Pictures = slices.Clone(t.Members), slices.Clone(t.Pictures)
	if t.Posting != nil {
		p := *t.Posting
		c.Posting = &p
	}
	return c
}
