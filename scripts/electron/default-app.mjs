// What a bare Electron runs: `electron [-r module] path/to/app [arguments]`. The prepared runtime has no default app of its own.

import * as fs from 'node:fs';
import Module from 'node:module';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const given = process.argv.slice(1);
const preloads = [];
let folder;
for (let at = 0; at < given.length && folder === undefined; at++) {
  if (given[at] === '-r' || given[at] === '--require') preloads.push(path.resolve(given[++at]));
  else if (!given[at].startsWith('-')) folder = given[at];
}
if (folder === undefined) {
  console.error('usage: electron [-r module] path/to/app [arguments]');
  process.exit(2);
}
Module._preloadModules(preloads);

const appPath = path.resolve(folder);
const about = JSON.parse(fs.readFileSync(path.join(appPath, 'package.json'), 'utf8'));
app.setAppPath(appPath);
app.setName(about.productName ?? about.name);
app.setVersion(about.version);
app.setPath('userData', path.join(app.getPath('appData'), app.getName()));
process.argv.splice(1, process.argv.indexOf(folder), folder);

// `ready` waits for this module, and so for the top level of the app.
await import(pathToFileURL(path.resolve(appPath, about.main)).href);
