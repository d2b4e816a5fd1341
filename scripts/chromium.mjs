/** How the browser of this machine is started: for tests and for tools. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** For playwright's `launch`; WebGL is drawn in software, so that structures show without a GPU. */
export function launchOptions() {
  return {
    executablePath: chromiumHere(),
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  };
}

function chromiumHere() {
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  const found = folders
    .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)))
    .find(isThere);
  if (!found) throw new Error('This needs Chromium: install it, for example `apt-get install chromium`.');
  return found;
}

function isThere(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
