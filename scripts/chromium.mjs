/** How a browser is started on this machine: the one that is installed, else the one that comes as a package. For tests and for tools. */
import { execFile } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const modules = fileURLToPath(new URL('../node_modules', import.meta.url));
const pack = join(modules, '@sparticuz', 'chromium');

/** Where installers put it on systems whose PATH does not lead there. */
const USUAL = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
];
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/**
 * WebGL is emulated in software, so that structures show without a GPU. Pages are drawn directly: through the emulation they
 * take a third more processor time.
 */
const ARGS = [
  '--no-sandbox',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-gpu-compositing',
  '--disable-gpu-rasterization',
];

/**
 * For playwright's `launch`.
 *
 * @throws Error that says why no browser can run here
 */
export async function launchOptions() {
  const installed = installedHere();
  if (installed) return { executablePath: installed, args: ARGS };
  const home = await unpack().catch((error) => refuse(error.message));
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: [join(home, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
    ...(!existsSync('/etc/fonts/fonts.conf') && { FONTCONFIG_PATH: join(home, 'fonts') }),
  };
  const executablePath = join(home, 'chromium');
  await promisify(execFile)(executablePath, ['--version', '--no-sandbox'], { env, timeout: 30_000 }).catch(
    ({ stderr, message }) => refuse(stderr?.trim().split('\n').at(-1) || message),
  );
  return { executablePath, args: ARGS, env };
}

/** @returns {never} */
function refuse(reason) {
  throw new Error(
    `No Chromium is installed, and the packaged one does not run here (${reason}): install one, for example by \`apt-get install chromium\`.`,
  );
}

function installedHere() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...USUAL].find(isThere);
}

/** Once for each version. Into a draft that is renamed when complete, so that several at once do not meet half of it. */
async function unpack() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`it is for Linux on x64, this is ${process.platform} on ${process.arch}`);
  const { version } = JSON.parse(readFileSync(join(pack, 'package.json'), 'utf8'));
  const caches = join(modules, '.cache');
  const home = join(caches, `chromium-${version}`);
  if (existsSync(home)) return home;
  mkdirSync(caches, { recursive: true });
  const draft = mkdtempSync(`${home}.`);
  const script = "import pack from '@sparticuz/chromium'; await pack.executablePath();";
  // It unpacks into the folder for temporary files, and its libraries only where it takes the machine for AWS Lambda.
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: join(modules, '..'),
    env: { ...process.env, TMPDIR: draft, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
  });
  for (const path of [draft, join(draft, 'chromium')]) chmodSync(path, 0o755); // any user may run it, not only the one who unpacked it
  try {
    renameSync(draft, home);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(home)) throw error;
  }
  return home;
}

function isThere(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
