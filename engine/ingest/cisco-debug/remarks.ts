/** IOS `debug crypto isakmp`: failures, and what a device remarks on the way. Asked last: forms are wide here. */
import { noted, type Row, row, unsigned } from '../text/grammar.ts';

const failed = (form: RegExp, example: string): Row =>
  row(form, example, ({ code, peer, local, id }, message) => ({
    says: 'error',
    text: message.trim(),
    code,
    peer,
    local,
    messageId: unsigned(id),
  }));

export const remarkRows: readonly Row[] = [
  row(
    /^(?:Created a peer struct for|Deleting peer node by peer_reap for) (?<peer>[\d.:a-f]*[\da-f])/i,
    'Created a peer struct for 192.0.2.2, peer port 500',
    ({ peer }) => ({ says: 'note', topic: 'peer record', peer }),
  ),
  row(
    /^Trying to (?:insert a|find existing) peer (?<local>[\d.:a-f]+)\/(?<peer>[\d.:a-f]+)\//i,
    'Trying to insert a peer 192.0.2.1/192.0.2.2/500/,  and inserted successfully 66440AA0.',
    ({ local, peer }) => ({ says: 'note', topic: 'peer record', local, peer }),
  ),
  noted(
    /^(?:Un)?locking peer struct|^New peer created|^Deleting peer node|^and inserted successfully|^peer (?:struct|config)/i,
    'New peer created peer = 0x66440AA0 peer_handle = 0x8007F09C',
    'peer record',
  ),
  row(/^local port (?<mine>\d+), remote port (?<theirs>\d+)/, 'local port 500, remote port 500', (_, message) => ({
    says: 'note',
    topic: 'ports',
    text: message.trim(),
  })),
  noted(
    /^(?:peer matches|profile has|Profile |Scanning profiles|isakmp_profile|Checking ISAKMP profile|matching profile|Found profile|no matching profile|Looking for xauth)/i,
    'peer matches *none* of the profiles',
    'profiles',
  ),
  noted(
    /^(?:Total payload length|Sending an IKE IPv[46] Packet|Send initial contact|Created (?:a|an) )/i,
    'Sending an IKE IPv4 Packet.',
    'sending',
  ),
  noted(/^(?:Creating IPSec SAs)\s*$/, 'Creating IPSec SAs', 'IPsec SAs follow'),
  noted(/^Received IPSec Install callback/i, 'Received IPSec Install callback... proceeding with the negotiation', 'IPsec SAs installed'),
  failed(/^Error while processing (?<text>.+?)(?:, error (?<code>\d+))?[.!]*$/, 'Error while processing KMI message 0, error 2.'),
  failed(
    /^(?:FSM error|peer .* does not|Failed |failed |Unable |unable |Could not|Cannot|Can not|can not|No (?!NAT|reason)|Invalid|invalid|Unknown|unknown|Unexpected|malformed|bad |mismatch|ERROR|Error)/,
    'Failed to find peer index node to update peer_info_list',
  ),
  failed(/^Notify has no hash/i, 'Notify has no hash. Rejected.'),
  failed(/^(?:construct_\w+|\w+): (?:Can not|Cannot|Failed|Unable|unable|No )/i, 'construct_initial_message: Can not start Main mode'),
  failed(
    /.{0,80}(?:failed|not found|not supported|rejected|timed out|dropping|discarding|mismatch)\b/i,
    'Message to peer dropping since no SA was there',
  ),
  noted(
    /^(?:received ke message|got callback|got a queue event|KMI|kmi|callback:|Open a request|Got (?:a )?callback|ISAKMP is|IKE->|isadb|ISADB|reaper)/i,
    'got callback 1',
    'key engine',
  ),
  noted(
    /^(?:processing (?:a )?(?:transaction|unity|cert|CERT|signature|config)|peer'?s? |Peer'?s? |his |my |our |My |Our |We |we |using |Using |Trying |trying |adding |Adding |Added |looking |Looking |found |Found |select|Select|choosing |Choosing )/,
    'using the default trustpoint',
    'remark',
  ),
  noted(
    /^(?:Support for|Authentication by|issuing |Issuing |This |Node |Peer |peer |SA |IKE |Received |received |Sending |sending |Starting |starting |Started |Setting |setting |Returning |returning |Restart|restart|Stopping |Marking |marking |Deleting |deleting |Removing |removing |Clearing |clearing |Updating |updating |Replacing |Moving |Initiat|Complet|Waiting |waiting |Queu|queu|Enqueue|enqueue|Attach|attach|Switching |switching )/,
    'Deleting the unauthenticated sa',
    'step',
  ),
];
