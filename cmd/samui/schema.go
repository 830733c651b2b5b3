package main

import (
	"context"
	"flag"

	"samui/internal/config"
)

func schemaCommand() command {
	return command{
		name:     "schema",
		synopsis: "journey|config|fragment|defaults",
		summary:  "Print the JSON Schema of a journey, of samui.yaml, a fragment or defaults.yaml",
		about: `
Editors with a YAML language server complete and check journeys with it: put
this line first in the file,

  # yaml-language-server: $schema=journey.schema.json`,
		examples: []string{"samui schema journey > journey.schema.json", "samui schema config > samui.schema.json"},
		run: func(_ context.Context, w *world, c command, args []string) error {
			operands, err := c.parse(w, flag.NewFlagSet(c.name, flag.ContinueOnError), args)
			if err != nil {
				return err
			}
			const hint = "samui schema journey, config, fragment or defaults"
			if len(operands) != 1 {
				return usagef(hint, "samui schema takes one argument, got %d", len(operands))
			}
			var schema []byte
			switch operands[0] {
			case "journey":
				schema = config.JourneySchema()
			case "config":
				schema = config.SettingsSchema()
			case "fragment":
				schema = config.FragmentSchema()
			case "defaults":
				schema = config.DefaultsSchema()
			default:
				return usagef(hint, "there is no schema %q", operands[0])
			}
			_, _ = w.stdout.Write(append(schema, '\n'))
			return nil
		},
	}
}
