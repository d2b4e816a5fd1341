/** The attribution of an output: the models that made it, their licences, and the terms of their dependencies. */
import type { ModelConfig, ModelDependency, ModelLicense } from './model.js';

/** A model's snapshot, and the tasks of the execution that ran with it. */
export interface Used {
  model: Pick<ModelConfig, 'id' | 'displayName' | 'version' | 'repository' | 'licenses' | 'dependencies'>;
  taskIds: string[];
}

export interface Attributed {
  modelId: string;
  displayName: string;
  version: string | null;
  repository: string | null;
  /** The tasks that it ran. */
  taskIds: string[];
  licenses: Pick<
    ModelLicense,
    'type' | 'spdx' | 'url' | 'attributionRequired' | 'attributionText' | 'shareAlike'
  >[];
  dependencies: (Pick<ModelDependency, 'name' | 'type' | 'license' | 'required'> & { shareAlike: boolean })[];
}

export interface Attributions {
  models: Attributed[];
  /** Components whose derivatives must be shared under the same terms. */
  shareAlike: { modelId: string; component: string; spdx: string }[];
}

/** Creative Commons ids name it, as in `CC-BY-SA-4.0`. */
const SHARE_ALIKE = /-SA(-|$)/;

/** @param used in the order of the notice; the same model may occur twice, with different terms */
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

/** The notice as a text file: one part for each model, then the share-alike terms. */
export function noticeText(
  source: { executionId: string; workflowId: string; workflowVersion: string },
  { models, shareAlike }: Attributions,
): string {
  const { executionId, workflowId, workflowVersion } = source;
  return notice(
    [
      `Made by workflow ${workflowId} ${workflowVersion}, execution ${executionId}.`,
      models.length === 0
        ? 'No model contributed to this output.'
        : 'Keep this notice with the output and with everything derived from it.',
    ],
    { models, shareAlike },
  );
}

/** The terms of all models of the catalogue, used or not. */
export const catalogueNotice = (models: readonly Used['model'][]): string =>
  notice(
    [`The ${models.length} models of this catalogue, and their terms.`],
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
          ...wrapped('What is derived from these may be shared only under the same terms:'),
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
    ...(dependencies.length === 0 ? [] : ['', 'Depends on:']),
    ...dependencies.flatMap(({ name, type, license, required }) =>
      wrapped(
        `- ${name} (${words(type)}): ${license ?? 'no licence stated'}${required ? '' : ', optional'}`,
        '  ',
      ),
    ),
  ];
}

/** Shows `model_weights` as `model weights`. */
const words = (type: string): string => type.replaceAll('_', ' ');

const unique = (lines: string[]): string[] => [...new Set(lines)];

/** Wraps a text at 80 characters. Control characters become spaces, so that they cannot break the layout. */
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
