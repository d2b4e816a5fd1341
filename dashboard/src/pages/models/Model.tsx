/** The page of one model. All its fields are edited in one draft and saved as one patch. */
import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useLive } from '../../api/live';
import { Absent } from '../../parts/page/Absent';
import { Card } from '../../parts/page/Card';
import { Leaving } from '../../parts/difference/Leaving';
import { Notice } from '../../parts/difference/Notice';
import { Unsaved } from '../../parts/difference/Unsaved';
import { Page } from '../../parts/page/Page';
import { plural } from '../../parts/quantities';
import { State, Warmth } from '../../parts/state/State';
import { useMay } from '../../shell/session';
import { Dependencies } from './licences/Dependencies';
import { Executions } from './Executions';
import { CONFIGURATION } from './form/configuration';
import { labelOf } from './form/fields';
import { PRICING, THERMAL } from './form/settings';
import { Contents, FieldGroup } from './form/Form';
import { Form } from './form/useForm';
import classes from './form/Form.module.css';
import { ModelActions } from './ModelActions';
import { ModelHistory } from './ModelHistory';
import { ModelLicences } from './licences/ModelLicences';
import { Prices } from './prices/Prices';
import { MODEL_TABS } from './tabs';
import { modelQuery } from './queries';
import { TryIt } from './TryIt';
import { mayBeUsed } from './use';
import type { ModelDetail } from './shape';
import { KeepingCosts } from './thermal/KeepingCosts';
import { ThermalCards } from './thermal/ThermalCards';
import { useModelDraft } from './useModelDraft';

const route = getRouteApi('/models/$id');

export default function ModelPage() {
  const { id } = route.useParams();
  const { data: model, error, refetch } = useQuery(modelQuery(id));
  useLive('/v1/events', [['model', id]]);
  if (model) return <Loaded key={id} model={model} />;
  return (
    <Page
      title={id}
      trail={
        <Link to="/models" className="plain">
          Models
        </Link>
      }
    >
      {error && <Absent error={error} retry={() => void refetch()} what="model" id={id} list="/models" />}
    </Page>
  );
}

type Tab = (typeof MODEL_TABS)[number];
/** Shown to operators only. */
const AUDITED = new Set<Tab>(['licences', 'dependencies', 'history']);
const FORMS = new Set<Tab>(['configuration', 'thermal', 'pricing']);

function Loaded({ model }: { model: ModelDetail }) {
  const may = useMay();
  const { tab: asked = 'configuration' } = route.useSearch();
  const tabs = MODEL_TABS.filter(
    (name) => (may.audit || !AUDITED.has(name)) && (name !== 'pricing' || model.pricing !== undefined),
  );
  const tab = tabs.includes(asked) ? asked : 'configuration';
  const navigate = useNavigate({ from: '/models/$id' });
  const { draft, form, patch, save, discard } = useModelDraft(model);
  // Its deployment is shown to administrators only.
  const groups = CONFIGURATION.filter(({ id }) => id !== 'deployment' || 'deployment' in draft.value);
  const panels: Record<Tab, () => React.ReactNode> = {
    configuration: () => (
      <Card>
        {groups.map((group) => (
          <FieldGroup key={group.id} group={group} />
        ))}
      </Card>
    ),
    licences: () => <ModelLicences model={model} />,
    dependencies: () => <Dependencies model={model} />,
    thermal: () => (
      <>
        {may.audit && tab === 'thermal' && <ThermalCards model={model} />}
        <Card>
          <FieldGroup group={THERMAL}>{model.managed && <KeepingCosts />}</FieldGroup>
        </Card>
      </>
    ),
    pricing: () => (
      <>
        <Card>
          <FieldGroup group={PRICING} />
        </Card>
        <Prices />
      </>
    ),
    executions: () => <Executions modelId={model.id} />,
    history: () => <ModelHistory model={model} />,
  };
  const rail = FORMS.has(tab);
  return (
    <Page
      title={model.displayName}
      trail={
        <>
          <Link to="/models" className="plain">
            Models
          </Link>{' '}
          / <span className="mono">{model.id}</span>
        </>
      }
      state={
        <>
          <Warmth of={model.heat.state} managed={model.managed}>
            , {plural(model.heat.serving, 'instance')}
          </Warmth>
          <State of={model.enabled ? model.status : model.status === 'retiring' ? 'retiring' : 'disabled'} />
        </>
      }
      actions={
        <>
          {model.enabled && <TryIt modelId={model.id} />}
          <ModelActions
            model={model}
            patch={draft.changes.length > 0 ? patch : null}
            version={draft.version}
          />
        </>
      }
      facts={[
        ['Version', model.version ?? 'not stated'],
        ['Category', model.category],
        ['Provider', model.providerType === 'external' ? 'External' : 'Self-hosted'],
        ['Lowest tier', model.minTier],
        ['Slots', `${model.heat.slotsTaken} of ${model.heat.slots} taken`],
        ['Waiting', plural(model.heat.waiting, 'task')],
        ['May be used', mayBeUsed(model)],
      ]}
    >
      {model.usable.faults.length > 0 && (
        <Notice title="Licences">
          {model.usable.faults.map(({ component, code, message }) => (
            <p key={`${component} ${code}`}>{message}</p>
          ))}
          {may.audit && tab !== 'licences' && (
            <Link to="/models/$id" params={{ id: model.id }} search={{ tab: 'licences' }} className="plain">
              {may.edit ? 'Review its licences' : 'Its licences'}
            </Link>
          )}
        </Notice>
      )}
      {may.edit && <Leaving unsaved={draft.changes.length} />}
      <Form value={form}>
        <Tabs
          value={tab}
          onChange={(next) => void navigate({ search: { tab: next as Tab }, replace: true })}
          keepMounted
        >
          <Tabs.List>
            {tabs.map((name) => (
              <Tabs.Tab key={name} value={name}>
                {name[0]?.toUpperCase()}
                {name.slice(1)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <div className={`${classes.panels} ${rail && may.edit ? classes.sides : ''}`}>
            {tabs.map((name) => (
              // Typed values stay while another tab is open. Read-only tabs load when they are opened.
              <Tabs.Panel key={name} value={name} className={classes.main}>
                {(FORMS.has(name) || name === tab) && panels[name]()}
              </Tabs.Panel>
            ))}
            {rail && may.edit && (
              <aside
                className={classes.rail}
                data-changed={draft.changes.length > 0 || undefined}
                aria-label="Contents and unsaved changes"
              >
                {tab === 'configuration' && (
                  <div className={classes.aside}>
                    <Card title="Contents">
                      <Contents groups={groups} changes={draft.changes} errors={form.errors} />
                    </Card>
                  </div>
                )}
                <Unsaved
                  draft={{ ...draft, discard }}
                  errors={form.errors}
                  save={() => save.mutate()}
                  saving={save.isPending}
                  error={save.error}
                  labelOf={labelOf}
                >
                  Saving writes only these fields and one entry of the history. Running executions keep the
                  settings that they started with.
                </Unsaved>
              </aside>
            )}
          </div>
        </Tabs>
      </Form>
    </Page>
  );
}
