package config

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// errTooLarge says that a file is not read because of its size.
var errTooLarge = errors.New("it is too large")

// readSmall reads a file of at most so many bytes.
func readSmall(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > most {
		return nil, errTooLarge
	}
	return data, nil
}

// load reads a file and turns it into a tree; nil where the problems are in
// the source, or the file holds nothing.
func (s *source) load() *node {
	data, err := readSmall(s.name, maxBytes)
	switch {
	case errors.Is(err, errTooLarge):
		data = make([]byte, maxBytes+1)
	case errors.Is(err, os.ErrNotExist):
		s.sink.add(Problem{File: s.name, What: "there is no such file", Hint: "look at the name and at the folder you are in"})
		return nil
	case err != nil:
		s.sink.add(Problem{File: s.name, What: "the file can't be read: " + reason(err)})
		return nil
	}
	return parse(s, data)
}

// JourneyFiles are the files that paths name: themselves, the *.yaml and
// *.yml in a folder, or what a pattern matches. Each is named once.
func JourneyFiles(paths []string) ([]string, Problems) {
	var files []string
	var problems Problems
	named := map[string]bool{}
	for _, path := range paths {
		some, p := filesOf(path)
		problems = append(problems, p...)
		for _, f := range some {
			if clean := filepath.Clean(f); !named[clean] {
				named[clean] = true
				files = append(files, f)
			}
		}
	}
	return files, problems
}

func filesOf(path string) ([]string, Problems) {
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.IsDir():
		return []string{path}, nil
	case err == nil:
		return filesIn(path)
	case strings.ContainsAny(path, "*?["):
		found, _ := filepath.Glob(path)
		if len(found) == 0 {
			return nil, Problems{{File: path, What: "no file matches this pattern", Hint: "look at journeys: in samui.yaml", Warning: true}}
		}
		return slices.DeleteFunc(found, func(f string) bool {
			info, err := os.Stat(f)
			return err != nil || info.IsDir() || isDefaults(f) || HoldsSettings(f)
		}), nil
	}
	return []string{path}, nil // its absence is reported when it is opened
}

// filesIn are the journey files in a folder; samui.yaml may lie beside them.
func filesIn(folder string) ([]string, Problems) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, Problems{{File: folder, What: "the folder can't be read: " + reason(err)}}
	}
	var files []string
	for _, e := range entries {
		ext := strings.ToLower(filepath.Ext(e.Name()))
		if e.IsDir() || (ext != ".yaml" && ext != ".yml") {
			continue
		}
		path := filepath.Join(folder, e.Name())
		if !isDefaults(path) && !HoldsSettings(path) {
			files = append(files, path)
		}
	}
	if len(files) == 0 {
		return nil, Problems{{File: folder, What: "the folder holds no journey", Want: "files that end in .yaml", Warning: true}}
	}
	return files, nil
}

// HoldsSettings tells a samui.yaml from a journey file, by what it holds. What
// isn't a file, as a pipe, could be read only once: it is taken for a journey.
func HoldsSettings(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	if isDefaults(path) {
		return false
	}
	data, err := readSmall(path, maxBytes)
	return err == nil && settingsIn(data, path)
}
