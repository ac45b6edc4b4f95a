// electron-builder hook: the packaged debugger opens itself and nothing else.
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Electron's default app would run any folder that it is given. */
export function afterPack({ appOutDir, packager, electronPlatformName }) {
  const product = packager.appInfo.productFilename;
  const resources = electronPlatformName === 'darwin' ? path.join(`${product}.app`, 'Contents', 'Resources') : 'resources';
  fs.rmSync(path.join(appOutDir, resources, 'default_app.asar'), { force: true });
}
