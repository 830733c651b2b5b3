package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"samui/dashboards"
	"samui/internal/config"
)

const deployFolder = "../../deploy"

// What ships for deployment is made by hand and tried by nobody here as a
// whole: these tests hold what can be held without systemd and Docker.

func deployedSettings(t *testing.T) config.Settings {
	t.Helper()
	env := config.Env{Lookup: func(name string) (string, bool) { return "x", strings.HasPrefix(name, "SAMUI_SECRET_") }}
	settings, problems := config.Load(filepath.Join(deployFolder, settingsFile), env)
	if len(problems) > 0 {
		t.Fatalf("deploy/%s: %v", settingsFile, problems)
	}
	return settings
}

func TestDeployedSettingsHaveNoMistake(t *testing.T) {
	settings := deployedSettings(t)
	if settings.InfluxDB == nil || settings.Auth == nil || len(settings.Sites) != 1 {
		t.Errorf("the example shows no InfluxDB, no password or no site: %+v", settings)
	}
	journeys, problems := config.LoadJourneys(settings, []string{"../../probes"}, config.Env{})
	if err := problems.Err(); err != nil || len(journeys) == 0 {
		t.Errorf("with these settings the shipped journeys are %d, and %v", len(journeys), err)
	}
}

// compose is what is looked at of compose.yaml.
type compose struct {
	Services map[string]struct {
		Image       string
		Build       struct{ Context, Dockerfile string }
		Command     []string
		DependsOn   []string `yaml:"depends_on"`
		Ports       []string
		Volumes     []string
		Secrets     []string
		SecurityOpt []string `yaml:"security_opt"`
		Network     string   `yaml:"network_mode"`
		Init        bool
		Environment map[string]string
	}
	Volumes map[string]any
	Secrets map[string]struct{ File string }
}

func readCompose(t *testing.T) compose {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(deployFolder, "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var c compose
	if err := yaml.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestComposeFileNamesWhatIsThere(t *testing.T) {
	c := readCompose(t)
	for name, s := range c.Services {
		if s.Image == "" {
			t.Errorf("%s has no image", name)
		}
		if s.Build.Context != "" && !exists(filepath.Join(deployFolder, s.Build.Context, s.Build.Dockerfile)) {
			t.Errorf("%s is built from %q, which isn't there", name, s.Build.Dockerfile)
		}
		for _, other := range s.DependsOn {
			if _, ok := c.Services[other]; !ok {
				t.Errorf("%s depends on %q, which isn't there", name, other)
			}
		}
		for _, p := range s.Ports {
			if !strings.HasPrefix(p, "127.0.0.1:") {
				t.Errorf("%s is open to other machines: %s", name, p)
			}
		}
		for _, secret := range s.Secrets {
			if c.Secrets[secret].File == "" {
				t.Errorf("%s needs the secret %q, which isn't there", name, secret)
			}
		}
		for key, value := range s.Environment {
			if file, ok := strings.CutPrefix(value, "/run/secrets/"); ok && !slices.Contains(s.Secrets, file) {
				t.Errorf("%s: %s names the secret %q, which it isn't given", name, key, file)
			}
		}
		for _, v := range s.Volumes {
			from, _, _ := strings.Cut(v, ":")
			_, named := c.Volumes[from]
			if !named && !exists(filepath.Join(deployFolder, from)) {
				t.Errorf("%s: the volume %q isn't there", name, from)
			}
		}
		for _, o := range s.SecurityOpt {
			if file, ok := strings.CutPrefix(o, "seccomp="); ok && !exists(filepath.Join(deployFolder, file)) {
				t.Errorf("%s: the profile %q isn't there", name, file)
			}
		}
	}
	settings, samui := deployedSettings(t), c.Services["samui"]
	if !samui.Init {
		t.Error("nobody waits for Chrome's children: samui has no init")
	}
	host := regexp.MustCompile(`^http://([a-z]+):`).FindStringSubmatch(settings.InfluxDB.URL)
	if host == nil || c.Services[host[1]].Image == "" {
		t.Errorf("%s names %s, which no service is", settingsFile, settings.InfluxDB.URL)
	}
	if shop := c.Services["shop"]; shop.Network != "service:samui" || settings.Sites[0].URL != "http://"+shopAddress || !slices.Contains(shop.Command, shopAddress) {
		t.Errorf("the site is %s, the shop %+v", settings.Sites[0].URL, shop)
	}
	text, err := os.ReadFile(filepath.Join(deployFolder, settingsFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^[^#\n]*\$\{secret:(\w+)\}`).FindAllStringSubmatch(string(text), -1) {
		if !slices.Contains(samui.Secrets, m[1]) {
			t.Errorf("%s needs the secret %q, which samui isn't given", settingsFile, m[1])
		}
	}
}

func TestGrafanaIsProvisionedForTheSameInfluxDB(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(deployFolder, "grafana/provisioning/datasources/samui.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var p struct {
		Datasources []struct {
			UID, Type, URL string
			JSONData       struct{ DbName string } `yaml:"jsonData"`
		}
	}
	if err := yaml.Unmarshal(data, &p); err != nil {
		t.Fatal(err)
	}
	settings := deployedSettings(t)
	if len(p.Datasources) != 1 || p.Datasources[0].UID != "samui" || p.Datasources[0].Type != "influxdb" || p.Datasources[0].URL != settings.InfluxDB.URL {
		t.Errorf("the data source is %+v, want one of %s", p.Datasources, settings.InfluxDB.URL)
	}
	if !strings.Contains(string(data), "dbName: "+settings.InfluxDB.Bucket+"\n") {
		t.Errorf("the data source doesn't read the bucket %q", settings.InfluxDB.Bucket)
	}
}

func TestGrafanaIsProvisionedWithTheDashboards(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(deployFolder, "grafana/provisioning/dashboards/samui.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var p struct {
		Providers []struct {
			Type    string
			Updates bool `yaml:"allowUiUpdates"`
			Options struct{ Path string }
		}
	}
	if err := yaml.Unmarshal(data, &p); err != nil {
		t.Fatal(err)
	}
	if len(p.Providers) != 1 || p.Providers[0].Type != "file" || p.Providers[0].Updates {
		t.Fatalf("the dashboards come from %+v", p.Providers)
	}
	want := "../dashboards:" + p.Providers[0].Options.Path + ":ro"
	if got := readCompose(t).Services["grafana"].Volumes; !slices.Contains(got, want) {
		t.Errorf("Grafana is given %q, not %q", got, want)
	}
	// Grafana takes every JSON file that it finds for a dashboard, and looks into
	// every folder whose name doesn't begin with a dot.
	shipped, found, page := dashboards.Files(), 0, `"query": "`+deployedSettings(t).PublicURL+`"`
	err = filepath.WalkDir("../../dashboards", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && d.Name() != "..":
			return filepath.SkipDir
		case strings.HasSuffix(path, ".json"):
			found++
			data, err := fs.ReadFile(shipped, d.Name())
			if err != nil {
				t.Errorf("%s is no dashboard that ships: %v", path, err)
			}
			if !strings.Contains(string(data), `"value": "samui"`) || !strings.Contains(string(data), page) {
				t.Errorf("%s asks another data source, or links to another Samui", path)
			}
		}
		return nil
	})
	if err != nil || found < 3 {
		t.Errorf("%d dashboards are there, %v", found, err)
	}
}

func TestDockerfileCopiesWhatIsThere(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(deployFolder, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	copies := regexp.MustCompile(`(?m)^COPY ([^-].*) \S+$`).FindAllStringSubmatch(string(data), -1)
	if len(copies) < 4 {
		t.Fatalf("the Dockerfile copies %q", copies)
	}
	for _, c := range copies {
		for source := range strings.FieldsSeq(c[1]) {
			if found, err := filepath.Glob(filepath.Join("../..", source)); err != nil || len(found) == 0 {
				t.Errorf("the Dockerfile copies %q, which isn't there", source)
			}
		}
	}
	module, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	wanted := regexp.MustCompile(`(?m)^go (1\.\d+)`).FindSubmatch(module)
	if wanted == nil || !strings.Contains(string(data), "FROM golang:"+string(wanted[1])+"-") {
		t.Errorf("the Dockerfile builds with another Go than go.mod's %s", wanted)
	}
	for _, want := range []string{"USER samui", "HEALTHCHECK", "/healthz", `CMD ["serve"`} {
		if !strings.Contains(string(data), want) {
			t.Errorf("the Dockerfile lacks %s", want)
		}
	}
}

// The calls that Chrome's sandbox is made of stay allowed, in a container and
// under systemd.
func TestSandboxIsNotForbidden(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(deployFolder, "seccomp.json"))
	if err != nil {
		t.Fatal(err)
	}
	var profile struct {
		DefaultAction string
		Syscalls      []struct {
			Action string
			Names  []string
		}
	}
	if err := json.Unmarshal(data, &profile); err != nil {
		t.Fatal(err)
	}
	if profile.DefaultAction != "SCMP_ACT_ALLOW" || len(profile.Syscalls) == 0 {
		t.Fatalf("the profile is %+v", profile)
	}
	for _, s := range profile.Syscalls {
		for _, needed := range []string{"clone", "clone3", "unshare", "chroot", "seccomp", "prctl", "ptrace"} {
			if s.Action != "SCMP_ACT_ALLOW" && slices.Contains(s.Names, needed) {
				t.Errorf("the profile forbids %s", needed)
			}
		}
		if !slices.IsSorted(s.Names) {
			t.Error("the profile's calls are not in order")
		}
	}
	unit, err := os.ReadFile(filepath.Join(deployFolder, "samui.service"))
	if err != nil {
		t.Fatal(err)
	}
	for _, forbidden := range []string{"RestrictNamespaces=yes", "MemoryDenyWriteExecute=yes", "PrivateUsers=yes", "ProtectProc="} {
		if strings.Contains(string(unit), "\n"+forbidden) {
			t.Errorf("the unit says %s", forbidden)
		}
	}
	for _, wanted := range []string{"\nRestrictNamespaces=user pid net\n", "\nSystemCallFilter=chroot\n", "\nUser=samui\n", "ExecReload=/bin/kill -HUP", "\nNoNewPrivileges=yes\n"} {
		if !strings.Contains(string(unit), wanted) {
			t.Errorf("the unit lacks %q", strings.TrimSpace(wanted))
		}
	}
	// systemd's own judgement, where it is there: 0 is a closed box, 10 an open
	// one; the threshold is in tenths.
	if analyze, err := exec.LookPath("systemd-analyze"); err == nil {
		out, err := exec.CommandContext(t.Context(), analyze, "security", "--offline=true", "--no-pager", "--threshold=30", filepath.Join(deployFolder, "samui.service")).CombinedOutput()
		if err != nil && strings.Contains(string(out), "exposure level") {
			t.Errorf("systemd finds the unit too open: %s", out[max(0, len(out)-200):])
		}
	}
}
