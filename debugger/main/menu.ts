/** The menu bar. What concerns the view goes to the window as a command; what concerns files is done here and by the host. */
import { app, Menu, type MenuItemConstructorOptions, nativeTheme } from 'electron';
import type { BundledTrace } from '../protocol/protocol.ts';

/** The window's pages, by the names of its commands. */
const pages = [
  ['step', 'Step'],
  ['diagnose', 'Diagnose'],
  ['policy', 'Policy'],
  ['keys', 'Keys'],
  ['sas', 'SAs'],
  ['esp', 'ESP'],
  ['log', 'Log'],
  ['timing', 'Timing'],
  ['certificates', 'Certificates'],
] as const;

const forms = [
  ['relative', 'Since the Start of the Log'],
  ['delta', 'Since the Event Before'],
  ['absolute', 'By the Calendar'],
] as const;

export interface MenuActions {
  readonly openFiles: () => void;
  readonly addKeys: () => void;
  readonly openBundled: (id: string) => void;
  /** Tells the window with the focus, in the words of the protocol's `command`. */
  readonly command: (command: string) => void;
}

export const setMenu = (actions: MenuActions, traces: readonly BundledTrace[], development: boolean): void => {
  const go = (label: string, accelerator: string, command: string): MenuItemConstructorOptions => ({
    label,
    accelerator,
    // The window hears the key itself, also where it means something else (in a text field): the menu only names it.
    registerAccelerator: false,
    click: () => actions.command(command),
  });
  const theme = (label: string, source: 'system' | 'light' | 'dark'): MenuItemConstructorOptions => ({
    label,
    type: 'radio',
    checked: nativeTheme.themeSource === source,
    click: () => {
      nativeTheme.themeSource = source;
      actions.command(`theme:${source}`);
    },
  });
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    {
      label: 'File',
      submenu: [
        { label: 'Open...', accelerator: 'CmdOrCtrl+O', click: actions.openFiles },
        { label: 'Add Keys...', accelerator: 'CmdOrCtrl+Shift+O', click: actions.addKeys },
        {
          label: 'Open Bundled Trace',
          enabled: traces.length > 0,
          submenu: traces.map(({ id, title }) => ({ label: title, click: () => actions.openBundled(id) })),
        },
        { label: 'Attach to a Running Engine...', click: () => actions.command('attach') },
        { label: 'Save Event Log...', accelerator: 'CmdOrCtrl+S', click: () => actions.command('save') },
        { type: 'separator' },
        process.platform === 'darwin' ? { role: 'close' } : { label: 'Close', role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        ...pages.map(([view, label]) => ({ label, click: () => actions.command(`view-${view}`) })),
        { type: 'separator' },
        {
          label: 'Times',
          submenu: [
            ...forms.map(([form, label]) => ({ label, click: () => actions.command(`times:${form}`) })),
            { type: 'separator' },
            { label: 'Time Zone...', click: () => actions.command('times') },
          ],
        },
        { label: 'Theme', submenu: [theme('System', 'system'), theme('Light', 'light'), theme('Dark', 'dark')] },
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(development ? ([{ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' }] as const) : []),
      ],
    },
    {
      label: 'Go',
      submenu: [
        go('Next Event', 'Right', 'next'),
        go('Previous Event', 'Left', 'previous'),
        go('First Event', 'Home', 'first'),
        go('Last Event', 'End', 'last'),
        { type: 'separator' },
        go('Find...', 'CmdOrCtrl+F', 'find'),
        go('Command Palette...', 'CmdOrCtrl+K', 'palette'),
      ],
    },
    {
      role: 'help',
      submenu: [
        { label: 'Keys', click: () => actions.command('help') },
        { label: 'About ikewind', click: () => app.showAboutPanel() },
      ],
    },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
};
