/** The engine's one public door, and the only file that re-exports. */
export type * from './view/models.ts';
export { eventRecords } from './view/records/events.ts';
export { keysRecord } from './view/records/keys.ts';
export { messageRecords } from './view/records/messages.ts';
export { stateRecord } from './view/records/state.ts';
export { transitionRecords } from './view/records/transitions.ts';
