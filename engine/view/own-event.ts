/** What an engine that takes part did without a packet: a request to it, chance that it drew, a timer that ran out. As a row, and in words. */
import type { EntropyDrawn, Event, OperatorRequested, TimerFired } from '../event/event.ts';
import { leads, page, says } from './explain/sentence.ts';
import type { Explanation } from './models.ts';
import { counted } from './words.ts';

type OwnEvent = OperatorRequested | EntropyDrawn | TimerFired;

export const isOwn = (event: Event | undefined): event is OwnEvent =>
  event?.kind === 'OperatorRequested' || event?.kind === 'EntropyDrawn' || event?.kind === 'TimerFired';

export const ownLabel = (event: OwnEvent): string =>
  ({ OperatorRequested: 'ASKED', EntropyDrawn: 'CHANCE', TimerFired: 'TIMER' })[event.kind];

export const ownDetail = (event: OwnEvent): string => {
  switch (event.kind) {
    case 'OperatorRequested':
      return event.request;
    case 'EntropyDrawn':
      return event.purpose;
    case 'TimerFired':
      return event.timer;
  }
};

export const ownPage = (event: OwnEvent): Explanation => {
  switch (event.kind) {
    case 'OperatorRequested':
      return page(
        [leads(`The engine was asked: ${event.request}.`), says('What it does about it follows; the same words do the same again.')],
        '',
      );
    case 'EntropyDrawn':
      return page(
        [
          leads(`Chance was drawn: ${event.purpose}.`),
          says(`${counted(event.length, 'octet')}, kept with the log as a secret: so the same messages can be made again.`),
        ],
        '',
      );
    case 'TimerFired':
      return page([leads(`A timer ran out: ${event.timer}.`), says('Nothing came in time; what is owed then follows.')], '');
  }
};
