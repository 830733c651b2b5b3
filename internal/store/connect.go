package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
)

// purpose says what a connection is for.
type purpose int

const (
	writing purpose = iota // the one writer
	reading                // beside the writer, in its process
	looking                // from another process
	single                 // one thing on its own: a copy, a small write from another process
)

// readersAtOnce bounds the connections that read. More of them would only take
// turns on the few cores that there are.
const readersAtOnce = 4

// busyTimeout is how long one process waits for another's lock, in milliseconds.
const busyTimeout = "5000"

// pragma is a setting of a connection, and how SQLite reports it. A misspelt
// one is ignored without a word, so every one is read back.
type pragma struct{ name, value, reported string }

// pragmas lists the settings of a connection.
func (p purpose) pragmas() []pragma {
	common := []pragma{
		// First: the others may meet a lock. In this process the writer takes
		// turns by itself.
		{"busy_timeout", busyTimeout, busyTimeout},
		{"foreign_keys", "1", "1"},
		{"trusted_schema", "0", "0"},
		{"cell_size_check", "1", "1"}, // finds damage where it happened
	}
	switch p {
	case writing:
		return append(common,
			// Before the first page is written: it can't be changed later.
			pragma{"auto_vacuum", "2", "2"}, // incremental: Retain gives the space back
			pragma{"journal_mode", "wal", "wal"},
			pragma{"synchronous", "full", "2"}, // every commit survives the end of the power
			pragma{"journal_size_limit", "67108864", "67108864"},
		)
	case single:
		return append(common, pragma{"synchronous", "full", "2"})
	case reading, looking:
		return append(common, pragma{"query_only", "1", "1"})
	default:
		panic(fmt.Sprintf("BUG: a connection of purpose %d", p))
	}
}

// connect opens the database for a purpose. Connections are made when they are
// needed; the first use reports what is wrong with the file.
func connect(path string, p purpose) (*sql.DB, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	query := url.Values{
		"mode":       {"rw"}, // never make a file: makeFile does, with its mode
		"_defensive": {"1"},
		"_dqs":       {"0"}, // "x" is a name and never a text
		"_error_rc":  {"1"}, // no message that belongs to another error
		"_txlock":    {"immediate"},
	}
	if p == looking {
		query.Set("mode", "ro")
	}
	for _, pragma := range p.pragmas() {
		query.Add("_pragma", pragma.name+"("+pragma.value+")")
	}
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(absolute), RawQuery: query.Encode()}
	connector, err := sqlite.NewConnector(name.String())
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(asserting{connector, p.pragmas()})
	limit := 1
	if p == reading || p == looking {
		limit = readersAtOnce
	}
	db.SetMaxOpenConns(limit)
	db.SetMaxIdleConns(limit)
	return db, nil
}

// asserting makes connections whose every setting is what it was meant to be.
type asserting struct {
	driver.Connector
	want []pragma
}

func (a asserting) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := a.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range a.want {
		got, err := readBack(ctx, conn, p.name)
		if err == nil && !strings.EqualFold(got, p.reported) {
			err = fmt.Errorf("SQLite has %s = %q; want %q", p.name, got, p.reported)
		}
		if err != nil {
			_ = conn.Close()
			return nil, err
		}
	}
	return conn, nil
}

// readBack asks a connection for one of its settings.
func readBack(ctx context.Context, conn driver.Conn, name string) (string, error) {
	queryer, ok := conn.(driver.QueryerContext)
	if !ok {
		panic(fmt.Sprintf("BUG: a connection %T that can't be asked", conn))
	}
	rows, err := queryer.QueryContext(ctx, "PRAGMA "+name, nil)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	value := make([]driver.Value, len(rows.Columns()))
	if len(value) == 0 {
		return "", nil
	}
	err = rows.Next(value)
	if errors.Is(err, io.EOF) {
		return "", nil // SQLite doesn't know it
	}
	return fmt.Sprint(value[0]), err
}
