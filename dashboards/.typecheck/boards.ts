// The dashboards' types: Grafana's own, as they are published, in the spelling
// of JSON, where an enumeration is its values. A property that they don't know
// is a mistake.
import type * as grafana from '@grafana/schema';
import type * as stateTimeline from '@grafana/schema/dist/types/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/types/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/types/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as timeSeries from '@grafana/schema/dist/types/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

type Numeric<T extends number> = `${T}` extends `${infer N extends number}` ? N : never;
type Json<T> = unknown extends T ? unknown
  : T extends string ? `${T}`
  : T extends number ? Numeric<T>
  : T extends Array<infer Item> ? Json<Item>[]
  : T extends object ? { [K in keyof T]: Json<T[K]> }
  : T;

// Grafana publishes no type of InfluxDB's queries: these are the properties that
// its data source reads of one in InfluxQL.
interface Query {
  refId: string;
  datasource: grafana.DataSourceRef;
  query: string;
  rawQuery: true;
  resultFormat: 'time_series' | 'table';
  alias?: string;
}
interface EventQuery extends Omit<Query, 'datasource' | 'resultFormat'> {
  fromAnnotations: true;
  queryType: 'tags';
  textEditor: true;
  name: string;
  textColumn: string;
  tagsColumn: string;
  titleColumn: string;
  timeEndColumn: string;
}

interface Link { title: string; url: string; targetBlank?: boolean }
type Field<Custom> = Omit<Json<grafana.FieldConfig>, 'custom' | 'links'> & { custom?: Custom; links?: Link[] };
type PanelOf<Type extends string, Options, Custom> = Omit<Json<grafana.Panel>, 'type' | 'options' | 'fieldConfig' | 'targets' | 'title' | 'description'> & {
  type: Type;
  title: string;
  description: string;
  targets: Query[];
  options: Json<Options>;
  fieldConfig: {
    defaults: Field<Json<Custom>>;
    overrides: Json<grafana.FieldConfigSource['overrides']>;
  };
};

// The panel of state timelines takes these two, although its type lacks them.
type Gaps = { spanNulls?: boolean | number; insertNulls?: boolean | number };
type Panel =
  | PanelOf<'timeseries', timeSeries.Options, timeSeries.FieldConfig>
  | PanelOf<'stat', stat.Options, Record<string, never>>
  | PanelOf<'table', table.Options, table.FieldConfig>
  | PanelOf<'state-timeline', stateTimeline.Options, stateTimeline.FieldConfig & Gaps>;

export type Board = Omit<Json<grafana.Dashboard>, 'panels' | 'templating' | 'annotations'> & {
  panels: (Panel | Json<grafana.RowPanel>)[];
  templating: { list: Json<grafana.VariableModel>[] };
  annotations: { list: (Omit<Json<grafana.AnnotationQuery>, 'target'> & { target: EventQuery })[] };
};
