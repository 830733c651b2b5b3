package store

import (
	"context"
	"database/sql"
	"errors"
)

// Message is what a sink remembers of one of its messages: text that only it
// reads.
type Message struct {
	Sink   string
	Thread string // names the message within its sink
	Site   string // whose it is, to find others of the same site
	JSON   []byte
}

// KeepMessage keeps a message, or what is new of it. It is on the disk when
// KeepMessage returns nil.
func (s *Store) KeepMessage(ctx context.Context, m Message) error {
	return s.change(ctx, "remembering a message of "+m.Sink,
		"INSERT INTO message (sink, thread, site, updated, json) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET site = excluded.site, updated = excluded.updated, json = excluded.json",
		m.Sink, m.Thread, m.Site, ms(s.now()), string(m.JSON))
}

// Message is the one of a sink with this name.
func (s *Store) Message(ctx context.Context, sink, thread string) (m Message, found bool, err error) {
	m.Sink, m.Thread = sink, thread
	err = s.readers.QueryRowContext(ctx, "SELECT site, json FROM message WHERE sink = ? AND thread = ?", sink, thread).Scan(&m.Site, &m.JSON)
	if errors.Is(err, sql.ErrNoRows) {
		return Message{}, false, nil
	}
	return m, err == nil, s.wrap("reading a message of "+sink, err)
}

// messagesAtOnce bounds what Messages reads of one site.
const messagesAtOnce = 1000

// Messages are those of a sink about a site, the last changed first.
func (s *Store) Messages(ctx context.Context, sink, site string) ([]Message, error) {
	return list(ctx, s, "reading the messages of "+sink, func(rows *sql.Rows) (Message, error) {
		m := Message{Sink: sink, Site: site}
		err := rows.Scan(&m.Thread, &m.JSON)
		return m, err
	}, "SELECT thread, json FROM message WHERE sink = ? AND site = ? ORDER BY updated DESC, thread LIMIT ?", sink, site, messagesAtOnce)
}
