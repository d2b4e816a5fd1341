/** What an output must say of the models that made it: their licences, and the terms of what they rest upon. */
import type { ModelConfig, ModelDependency, ModelLicense } from './model.js';

/** A model as it was when tasks of the execution ran with it. */
export interface Used {
  model: Pick<ModelConfig, 'id' | 'displayName' | 'version' | 'repository' | 'licenses' | 'dependencies'>;
  taskIds: string[];
}

export interface Attributed {
  modelId: string;
  displayName: string;
  version: string | null;
  repository: string | null;
  /** The tasks whose results it made. */
  taskIds: string[];
  licenses: Pick<
    ModelLicense,
    'type' | 'spdx' | 'url' | 'attributionRequired' | 'attributionText' | 'shareAlike'
  >[];
  dependencies: (Pick<ModelDependency, 'name' | 'type' | 'license' | 'required'> & { shareAlike: boolean })[];
}

export interface Attributions {
  models: Attributed[];
  /** What must be passed on under its own terms, together with what is made from it. */
  shareAlike: { modelId: string; component: string; spdx: string }[];
}

/** Creative Commons writes it into the name, as in `CC-BY-SA-4.0`. */
const SHARE_ALIKE = /-SA(-|$)/;

/** @param used in the order in which they are to be named; the same model may have run under other terms before */
export function attributionsOf(used: readonly Used[]): Attributions {
  const models = used.map(attributed);
  return {
    models,
    shareAlike: models.flatMap(({ modelId, licenses, dependencies }) => [
      ...licenses
        .filter(({ shareAlike }) => shareAlike)
        .map(({ type, spdx }) => ({ modelId, component: type, spdx })),
      ...dependencies.flatMap(({ name, license, shareAlike }) =>
        shareAlike && license !== null ? [{ modelId, component: name, spdx: license }] : [],
      ),
    ]),
  };
}

const attributed = ({ model, taskIds }: Used): Attributed => ({
  modelId: model.id,
  displayName: model.displayName,
  version: model.version,
  repository: model.repository,
  taskIds: taskIds.toSorted(),
  licenses: model.licenses.map(({ type, spdx, url, attributionRequired, attributionText, shareAlike }) => ({
    type,
    spdx,
    url,
    attributionRequired,
    attributionText,
    shareAlike,
  })),
  dependencies: model.dependencies.map(({ name, type, license, required }) => ({
    name,
    type,
    license,
    required,
    shareAlike: license !== null && SHARE_ALIKE.test(license),
  })),
});

const WIDTH = 80;
const RULE = '-'.repeat(WIDTH);

/** The notice as a text file: one part for each model, then what must be shared alike. */
export function noticeText(
  source: { executionId: string; workflowId: string; workflowVersion: string },
  { models, shareAlike }: Attributions,
): string {
  const { executionId, workflowId, workflowVersion } = source;
  return notice(
    [
      `Made by workflow ${workflowId} ${workflowVersion}, execution ${executionId}.`,
      models.length === 0
        ? 'No model has made anything of it.'
        : 'Keep this notice with the output and with what is made from it.',
    ],
    { models, shareAlike },
  );
}

/** The terms of models that nothing need have been made with yet. */
export const catalogueNotice = (models: readonly Used['model'][]): string =>
  notice(
    [`The ${models.length} models of this catalogue and their terms.`],
    attributionsOf(models.map((model) => ({ model, taskIds: [] }))),
  );

function notice(first: string[], { models, shareAlike }: Attributions): string {
  const head = ['NOTICE', '', ...first.flatMap((line) => wrapped(line))];
  const terms = shareAlike.map(({ modelId, component, spdx }) => `${component} of ${modelId}: ${spdx}`);
  const last =
    terms.length === 0
      ? []
      : [
          'Share alike',
          '',
          ...wrapped('What these are part of may be passed on under the same terms only:'),
          '',
          ...unique(terms).flatMap((term) => wrapped(`- ${term}`, '  ')),
        ];
  return [head, ...models.map(partOf), last]
    .filter((part) => part.length > 0)
    .map((part) => `${part.join('\n')}\n`)
    .join(`\n${RULE}\n\n`);
}

function partOf({ modelId, displayName, version, repository, taskIds, licenses, dependencies }: Attributed) {
  return [
    ...wrapped(`${displayName} (${[modelId, version].filter((part) => part !== null).join(' ')})`),
    ...(repository === null ? [] : wrapped(repository)),
    ...(taskIds.length === 0 ? [] : wrapped(`Tasks: ${taskIds.join(', ')}`)),
    ...licenses.flatMap(({ type, spdx, url, attributionText }) => [
      '',
      ...wrapped(`${words(type)}: ${spdx}`),
      ...(url === null ? [] : wrapped(url, '  ')),
      ...(attributionText === null ? [] : wrapped(attributionText, '  ')),
    ]),
    ...(dependencies.length === 0 ? [] : ['', 'Rests upon:']),
    ...dependencies.flatMap(({ name, type, license, required }) =>
      wrapped(
        `- ${name} (${words(type)}): ${license ?? 'no licence stated'}${required ? '' : ', optional'}`,
        '  ',
      ),
    ),
  ];
}

/** `model_weights` for people. */
const words = (type: string): string => type.replaceAll('_', ' ');

const unique = (lines: string[]): string[] => [...new Set(lines)];

/** Lines of at most 80 letters where words allow it; what is no printable text cannot break the layout. */
function wrapped(text: string, indent = ''): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split(/\r\n|[\n\r\u2028\u2029]/)) {
    let line = indent;
    for (const word of paragraph.replaceAll(/\p{C}/gu, ' ').split(' ').filter(Boolean)) {
      const longer = line.trim() === '' ? `${indent}${word}` : `${line} ${word}`;
      if (line.trim() !== '' && longer.length > WIDTH) {
        lines.push(line);
        line = `${indent}${word}`;
      } else line = longer;
    }
    if (line.trim() !== '') lines.push(line);
  }
  return lines;
}
