package main

import (
	"context"
	"flag"
	"fmt"
	"os"
)

func backupCommand() command {
	return command{
		name:     "backup",
		synopsis: "[flags] FILE",
		summary:  "Copy the results to a file, while Samui runs",
		about: `
FILE becomes a whole database of its own, as it was at one moment; it must not
be there yet. To go back to it, stop samui serve, remove samui.db, samui.db-wal
and samui.db-shm from the data folder, and put it there as samui.db: an old -wal
file would be written into it. Pictures are not in it: they are files below
evidence in the data folder.`,
		examples: []string{"samui backup /backups/samui-$(date +%F).db"},
		run:      backUp,
	}
}

func backUp(ctx context.Context, w *world, c command, args []string) error {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	var file string
	settingsFlag(flags, &file)
	operands, err := c.parse(w, flags, args)
	if err != nil {
		return err
	}
	if len(operands) != 1 {
		return usagef("samui backup FILE", "samui backup takes one file, got %d", len(operands))
	}
	target := operands[0]
	if exists(target) {
		return usagef("name a file that isn't there yet", "there is a file %q already", target)
	}
	st, err := w.results(ctx, file)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }() // only read
	if err := st.Backup(ctx, target); err != nil {
		return err
	}
	info, err := os.Stat(target)
	if err != nil {
		return fmt.Errorf("looking at the backup: %w", err)
	}
	fmt.Fprintf(w.stdout, "%s holds all results, %d bytes.\n", target, info.Size())
	return nil
}
