package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
)

// writer is the only way to write. It commits in groups: whoever comes while a
// transaction is on its way to the disk waits, and the next transaction takes
// all who wait. So one caller alone waits for one fsync and never for company,
// and a hundred at once share one.
//
// There is no goroutine: of those who wait, one does the work for all.
type writer struct {
	db   *sql.DB
	path string
	turn chan struct{} // holds one token: who has it may write

	mu     sync.Mutex // guards the following
	queue  []*request
	closed bool
	fault  error // why the last transaction failed; nil = it didn't
}

// request is one unit of writing: all of it happens, or nothing.
type request struct {
	do   func(context.Context, *sql.Tx) error
	done chan error // buffered: gets exactly one answer
}

// errClosed means that the store was closed before or while it was asked.
var errClosed = errors.New("the store is closed")

func newWriter(db *sql.DB, path string) *writer {
	w := &writer{db: db, path: path, turn: make(chan struct{}, 1)}
	w.turn <- struct{}{}
	return w
}

// write does one unit of writing and returns when it is on the disk, or
// failed. Then nothing of it was written. When ctx ends the request is
// withdrawn, unless it is being written already: its fate is awaited, so that
// the answer is always the truth.
//
// An error of do is returned as it is, and does the others in the group no
// harm; do may be called more than once.
func (w *writer) write(ctx context.Context, do func(context.Context, *sql.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &request{do: do, done: make(chan error, 1)}
	if err := w.enqueue(r); err != nil {
		return err
	}
	for {
		select {
		case err := <-r.done:
			return err
		case <-w.turn:
			w.commit(context.WithoutCancel(ctx), w.take())
			w.turn <- struct{}{}
		case <-ctx.Done():
			if w.withdraw(r) {
				return ctx.Err()
			}
			return <-r.done // whoever took it answers
		}
	}
}

func (w *writer) enqueue(r *request) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return errClosed
	}
	w.queue = append(w.queue, r)
	return nil
}

// groupLimit bounds how long one transaction keeps the others waiting.
const groupLimit = 256

// take empties the queue, or its first part.
func (w *writer) take() []*request {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := min(len(w.queue), groupLimit)
	group := w.queue[:n:n]
	w.queue = w.queue[n:]
	return group
}

// withdraw takes a request back that nobody has taken.
func (w *writer) withdraw(r *request) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.Index(w.queue, r)
	if i < 0 {
		return false
	}
	w.queue = slices.Delete(w.queue, i, i+1)
	return true
}

// commit writes a group and answers each of its requests. Where the group as a
// whole can't be written, each one is tried on its own: the one that is to
// blame, by being too big for what is left of the disk, must not spoil the
// others.
func (w *writer) commit(ctx context.Context, group []*request) {
	if len(group) == 0 {
		return
	}
	answers, err := w.transaction(ctx, group)
	if err != nil && len(group) > 1 {
		for _, r := range group {
			w.commit(ctx, []*request{r})
		}
		return
	}
	w.mu.Lock()
	w.fault = err
	w.mu.Unlock()
	for i, r := range group {
		if err != nil {
			r.done <- err
			continue
		}
		r.done <- answers[i]
	}
}

// transaction writes a group in one transaction. It returns each request's own
// answer, or why none of them was written.
func (w *writer) transaction(ctx context.Context, group []*request) (answers []error, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("writing to %q: %w", w.path, explain(err, w.path))
		}
	}()
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	for _, r := range group {
		answer, err := apply(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		answers = append(answers, answer)
	}
	return answers, tx.Commit()
}

// apply does one request within a transaction. The answer is the request's
// own; err means that the transaction as a whole is lost.
func apply(ctx context.Context, tx *sql.Tx, r *request) (answer, err error) {
	if _, err := tx.ExecContext(ctx, "SAVEPOINT request"); err != nil {
		return nil, err
	}
	if answer = safely(ctx, tx, r.do); answer != nil {
		if broken(answer) {
			return nil, answer
		}
		if _, err := tx.ExecContext(ctx, "ROLLBACK TO request"); err != nil {
			return nil, errors.Join(answer, err)
		}
	}
	_, err = tx.ExecContext(ctx, "RELEASE request")
	return answer, err
}

// safely does one request. What it does includes rules that aren't the store's
// own: a panic in one is that request's error, and the writer goes on.
func safely(ctx context.Context, tx *sql.Tx, do func(context.Context, *sql.Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = refusedError{fmt.Errorf("BUG: a panic while writing: %v\n%s", p, debug.Stack())}
		}
	}()
	return do(ctx, tx)
}

// exclusively has nobody write until do has returned: for what can't be done
// within a transaction.
func (w *writer) exclusively(ctx context.Context, do func(context.Context, *sql.DB) error) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-w.turn:
	}
	defer func() { w.turn <- struct{}{} }()
	w.mu.Lock()
	closed := w.closed
	w.mu.Unlock()
	if closed {
		return errClosed
	}
	return do(ctx, w.db)
}

// lastFault is why the last transaction failed, or why there won't be another
// one; else nil.
func (w *writer) lastFault() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return errClosed
	}
	return w.fault
}

// close writes what is waiting, empties the log into the database and closes
// it.
func (w *writer) close() error {
	w.mu.Lock()
	already := w.closed
	w.closed = true
	w.mu.Unlock()
	if already {
		return errClosed
	}
	<-w.turn
	defer func() { w.turn <- struct{}{} }()
	ctx := context.Background()
	for group := w.take(); len(group) > 0; group = w.take() {
		w.commit(ctx, group)
	}
	return errors.Join(truncate(ctx, w.db), w.db.Close())
}

// truncate moves the log into the database, as far as readers allow, and gives
// its space back where nobody reads. It doesn't wait for them: everybody who
// writes would wait with it, and there is always another time.
func truncate(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, "PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)")
	_, back := db.ExecContext(context.WithoutCancel(ctx), "PRAGMA busy_timeout = "+busyTimeout)
	return errors.Join(err, back)
}
