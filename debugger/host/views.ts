/** Questions that the open log alone answers: each is a view that the engine makes of it. */
import {
  caseList,
  caseView,
  certificatePage,
  espChart,
  espFilm,
  find,
  ladderRows,
  logPage,
  moment,
  policyPage,
  rowOfEvent,
  timingPage,
  writeLog,
} from '../../engine/index.ts';
import type { Answer } from '../protocol/protocol.ts';
import type { AnyQuestion } from '../protocol/validate.ts';
import { policiesIn } from './device.ts';
import { joined } from './octets.ts';
import type { Current } from './open-log.ts';

type Name =
  | 'ladder'
  | 'rowOf'
  | 'moment'
  | 'espChart'
  | 'espFilm'
  | 'cases'
  | 'case'
  | 'policy'
  | 'logLines'
  | 'timing'
  | 'certificates'
  | 'find'
  | 'save';

export type ViewQuestion = Extract<AnyQuestion, { readonly name: Name }>;

export const viewOf = ({ log, replay, name: logName }: Current, { name, ask }: ViewQuestion): Answer<Name> => {
  switch (name) {
    case 'ladder':
      return ladderRows(replay, ask.from, ask.to, new Set(ask.unfolded));
    case 'rowOf':
      return rowOfEvent(replay, ask.event, new Set(ask.unfolded));
    case 'moment':
      return moment(replay, ask.event, { reveal: ask.reveal, negotiation: ask.negotiation });
    case 'espChart':
      return espChart(replay, ask);
    case 'espFilm':
      return espFilm(replay, ask);
    case 'cases':
      return caseList(replay);
    case 'case':
      return caseView(replay, { ...ask, policies: policiesIn(log) });
    case 'policy':
      return policyPage(replay, { negotiation: ask.negotiation, policies: policiesIn(log) });
    case 'logLines':
      return logPage(replay, ask);
    case 'timing':
      return timingPage(replay);
    case 'certificates':
      return certificatePage(replay);
    case 'find':
      return find(replay, ask.query);
    case 'save':
      return {
        name: `${logName.replace(/\.(pcapng|pcap|cap|ikelog)(\.gz)?$/i, '')}.ikelog`,
        bytes: joined(writeLog(log, { withoutSecrets: !ask.withSecrets })),
      };
  }
};
