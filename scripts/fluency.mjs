/**
 * How fluid the dashboard is before much: a list of 10,000 executions and a graph of 1,000 tasks, measured in a real browser.
 * `npm run fluency -- [url] [file with a key] [url of its database, to put executions there that are missing]`.
 */
import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { chromium } from 'playwright-core';
import { launchOptions } from './chromium.mjs';

const [url = 'http://127.0.0.1:8080', keyFile = '.radiant/admin.key', databaseUrl] = process.argv.slice(2);
const key = readFileSync(keyFile, 'utf8').trim();
const ROWS = 10_000;
const LAYERS = 40;
const BROAD = 25;
const WORKFLOW = 'thousand_tasks';
const LIST = '#main tbody tr[data-row]';
const GRAPH = 'ol[aria-label^="Tasks"]';
const BOXES = `div:has(> ${GRAPH}) > svg path`;

const measured = [];
const tell = (where, what, value, unit = 'ms') => {
  measured.push([where, what, `${Math.round(value).toLocaleString('en-US')}${unit && ` ${unit}`}`]);
};

await plant();
const browser = await chromium.launch(await launchOptions());
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(60_000);
  await page.addInitScript(inPage, null);
  await page.goto(url);
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('#main h1').waitFor();
  await list(page);
  const execution = await running(page);
  await graph(page, 'Workflow', `/workflows/${WORKFLOW}`);
  await graph(page, 'Execution', `/executions/${execution}`);
  await graph(page, 'Editor', `/workflows/${WORKFLOW}/edit`);
  await keys(page);
} finally {
  await browser.close();
}
for (const [where, what, value] of measured) process.stdout.write(`| ${where} | ${what} | ${value} |\n`);

/** In the page: when something is there, counted from the address being entered, and how long frames take. */
function inPage() {
  const frame = () => new Promise((done) => globalThis.requestAnimationFrame(done));
  let stamps = [];
  let isOn = false;
  globalThis.fluency = {
    async until(selector, count = 1) {
      while (globalThis.document.querySelectorAll(selector).length < count) await frame();
      await frame();
      return globalThis.performance.now();
    },
    record() {
      stamps = [globalThis.performance.now()];
      isOn = true;
      const note = () => {
        stamps.push(globalThis.performance.now());
        if (isOn) globalThis.requestAnimationFrame(note);
      };
      globalThis.requestAnimationFrame(note);
    },
    gaps() {
      isOn = false;
      return stamps.slice(1).map((at, n) => at - stamps[n]);
    },
  };
}

async function plant() {
  const tasks = Array.from({ length: LAYERS * BROAD }, (_, n) => {
    const [layer, place] = [Math.floor(n / BROAD), n % BROAD];
    const before = [0, 1, 7].map((step) => ((layer - 1) * BROAD + ((place + step) % BROAD)).toString());
    // Some need what is far behind, and each tenth layer is narrowed to what its first task says.
    if (layer > 6 && place === 3) before.push(String((layer - 6) * BROAD));
    if (layer % 10 === 0 && place > 0) before.splice(0, 3, String(layer * BROAD - BROAD));
    return {
      taskId: `t${n}`,
      name: `Layer ${layer} task ${place}`,
      type: 'transform',
      inputMapping: { a: '1' },
      dependsOn: layer === 0 ? [] : before.map((id) => `t${id}`),
    };
  });
  const there = await fetch(`${url}/v1/workflows/${WORKFLOW}`, { headers: head() });
  if (there.status === 404)
    await ask('POST', '/v1/workflows', {
      workflowId: WORKFLOW,
      name: 'A thousand tasks',
      category: 'test',
      inputSchema: { type: 'object' },
      tasks,
    });
  if (!databaseUrl) return;
  const client = new Client({ connectionString: databaseUrl, options: '-c search_path=radiant' });
  await client.connect();
  await client.query(
    `insert into workflow_executions (workflow_id, workflow_version_id, tenant_id, user_id, status, error_code, tags,
       created_at, started_at, completed_at)
     select w.id, v.id, u.tenant_id, u.id, case when n % 10 = 0 then 'failed' else 'succeeded' end,
       case when n % 10 = 0 then 'model_error' end, array['fluency'], at, at, at + interval '90 seconds'
     from generate_series(1, $1 - (select count(*) from workflow_executions)::integer) n
     cross join lateral (select ledger_now() - n * interval '1 minute' as at) moment
     cross join (select * from workflow_definitions where workflow_id = $2) w
     cross join lateral (select id from workflow_versions where workflow_id = w.id limit 1) v
     cross join (select * from users limit 1) u`,
    [ROWS, WORKFLOW],
  );
  await client.end();
}

async function list(page) {
  await page.goto(`${url}/executions`, { waitUntil: 'commit' });
  tell('Executions', 'from the address to the first 50 rows', await until(page, LIST, 50));
  const more = page.getByRole('button', { name: 'Show more' });
  const took = [];
  for (let n = 1; n <= 10 && (await more.isVisible()); n += 1) {
    const began = await now(page);
    await more.click();
    took.push((await until(page, LIST, (n + 1) * 50)) - began);
  }
  tell('Executions', 'each of ten times “Show more”, longest', Math.max(...took));
  await page.mouse.move(700, 500);
  tell(
    'Executions',
    'scrolling 550 rows, longest frame',
    (await frames(page, () => repeat(60, (n) => page.mouse.wheel(0, n < 30 ? 700 : -700)))).longest,
  );
  let asked = 0;
  page.on('request', (request) => (asked += Number(request.url().includes('/v1/executions?'))));
  const { longest } = await frames(page, async () => {
    await ask('POST', `/v1/workflows/${WORKFLOW}/executions`, { parameters: {} });
    await page.getByRole('button', { name: /new execution/ }).waitFor();
  });
  tell('Executions', 'requests until one new execution is shown, of 11 pages', asked, '');
  tell('Executions', 'while it is shown, longest frame', longest);
  const began = await now(page);
  await page.getByLabel('Status', { exact: true }).selectOption('failed');
  await page.waitForURL(/status=failed/);
  tell('Executions', 'from a filter to its rows', (await until(page, LIST, 50)) - began);
}

/** The newest execution, which is still at work. */
async function running(page) {
  const { items } = await ask('GET', `/v1/executions?workflowId=${WORKFLOW}&limit=1`);
  await page.goto(`${url}/executions/${items[0].id}`, { waitUntil: 'commit' });
  await until(page, BOXES);
  await page.waitForTimeout(500);
  const { p95, longest } = await frames(page, () => page.waitForTimeout(4_000));
  tell('Execution', 'while its tasks end, frames p95', p95);
  tell('Execution', 'while its tasks end, longest frame', longest);
  return items[0].id;
}

async function graph(page, where, path) {
  await page.goto(url + path, { waitUntil: 'commit' });
  tell(where, 'from the address to the boxes', await until(page, BOXES));
  await page.waitForLoadState('networkidle');
  const view = page.locator(`div:has(> div > ${GRAPH})`);
  await view.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await view.boundingBox();
  const [middle, centre] = [x + width / 2, y + height / 2];
  const drag = async () => {
    await page.mouse.move(middle, centre);
    await page.mouse.down();
    await repeat(60, (n) => page.mouse.move(middle + 300 * Math.sin(n / 8), centre + 150 * Math.sin(n / 5)));
    await page.mouse.up();
  };
  const wheel = async () => {
    await page.mouse.move(middle, centre);
    await page.keyboard.down('Control');
    await repeat(40, (n) => page.mouse.wheel(0, n < 20 ? -90 : 90));
    await page.keyboard.up('Control');
  };
  const press = (name) => page.getByRole('button', { name }).click();
  const say = async (what, action) => {
    const { p95, longest } = await frames(page, action);
    tell(where, `${what}, frames p95`, p95);
    tell(where, `${what}, longest frame`, longest);
  };
  await press('Fit the whole graph');
  await say('panning, all 1,000 in sight', drag);
  await say('zooming in and out', wheel);
  await press('Fit the whole graph');
  await repeat(9, () => press('Zoom in'));
  await say('panning among boxes', drag);
  const find = page.getByLabel('Find a task', { exact: true });
  await say('finding and choosing', async () => {
    await find.pressSequentially('layer 2', { delay: 60 });
    await repeat(5, async () => {
      await find.press('Enter');
      await page.waitForTimeout(150);
    });
  });
  await find.fill('');
}

/** In the editor, with a task chosen. */
async function keys(page) {
  await page.goto(`${url}/workflows/${WORKFLOW}/edit?task=t500`);
  const name = page.locator('[data-field=name] input').first();
  await name.waitFor();
  await page.waitForLoadState('networkidle');
  const settled = [];
  await name.focus();
  await repeat(12, async () => {
    await page.evaluate(() => globalThis.fluency.record());
    await page.keyboard.press('x');
    await page.waitForTimeout(350);
    const gaps = await page.evaluate(() => globalThis.fluency.gaps());
    const last = Math.max(
      0,
      gaps.findLastIndex((gap) => gap > 34),
    );
    settled.push(gaps.slice(0, last + 1).reduce((sum, gap) => sum + gap, 0));
  });
  tell('Editor', 'a key until nothing moves, p95', quantile(settled, 0.95));
  const { longest } = await frames(page, () => page.keyboard.type('abcdefghijklmnop', { delay: 50 }));
  tell('Editor', 'typing fast, longest frame', longest);
}

async function frames(page, action) {
  await page.evaluate(() => globalThis.fluency.record());
  await action();
  const gaps = await page.evaluate(() => globalThis.fluency.gaps());
  return { p95: quantile(gaps, 0.95), longest: Math.max(...gaps) };
}

async function repeat(times, action) {
  for (let n = 0; n < times; n += 1) await action(n);
}

function until(page, selector, count = 1) {
  return page.evaluate(([wanted, many]) => globalThis.fluency.until(wanted, many), [selector, count]);
}

function now(page) {
  return page.evaluate(() => globalThis.performance.now());
}

function quantile(values, part) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

function head() {
  return { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
}

async function ask(method, path, body) {
  const response = await fetch(url + path, { method, headers: head(), body: body && JSON.stringify(body) });
  if (!response.ok)
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
