/** How far a side has come, by the names of its states: tells whether a line of a log says more than packets have shown. RFC 2409 5, in IOS's words. */

/** States of phase 1 and what follows it in the order in which a side passes through them, both sides and all modes beside each other. */
const phase1 = [
  ['IKE_READY'],
  ['IKE_I_MM1', 'IKE_R_MM1', 'IKE_I_AM1', 'IKE_R_AM1'],
  ['IKE_I_MM2', 'IKE_R_MM2', 'IKE_R_AM2'],
  ['IKE_I_MM3', 'IKE_R_MM3'],
  ['IKE_I_MM4', 'IKE_R_MM4'],
  ['IKE_I_MM5', 'IKE_R_MM5'],
  ['IKE_I_MM6'],
  ['IKE_P1_COMPLETE'],
  ['IKE_XAUTH_REQ_SENT'],
  ['IKE_XAUTH_AAA_CONT_LOGIN_AWAIT'],
  ['IKE_XAUTH_SET_SENT'],
  ['IKE_CONFIG_AUTHOR_AAA_AWAIT'],
  ['IKE_CONFIG_MODE_SET_SENT'],
  ['IKE_DEST_SA'],
];

const quickMode = [
  ['IKE_QM_READY'],
  ['IKE_QM_I_QM1', 'IKE_QM_SPI_STARVE'],
  ['IKE_QM_IPSEC_INSTALL_AWAIT'],
  ['IKE_QM_R_QM2'],
  ['IKE_QM_PHASE2_COMPLETE'],
];

const places: ReadonlyMap<string, number> = new Map(
  [phase1, quickMode].flatMap((order) => order.flatMap((names, place) => names.map((name): [string, number] => [name, place]))),
);

/** Whether the state `a` lies behind `b` on a side's way; false where one of them is no name of IOS. */
export const isBeyond = (a: string, b: string): boolean => {
  const [one, other] = [places.get(a), places.get(b)];
  return one !== undefined && other !== undefined && one > other;
};

/**
 * Whether a step that a log tells of is none that packets have shown: it leads further, or to a state of IOS that packets never lead to, from
 * where they are. A step to the same state leads nowhere, and the words of other daemons name no states of this machine.
 */
export const isNews = (from: string, to: string, shown: string): boolean =>
  from !== to && (places.has(to) ? isBeyond(to, shown) : to.startsWith('IKE_') && !isBeyond(shown, from));
