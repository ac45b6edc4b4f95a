/** The next message, field by field, before it leaves: any field's octets can be others. What is sealed is sealed again. */
import { useEffect, useRef, useState } from 'react';
import type { Moment, PacketNode } from '../../protocol/protocol.ts';
import { offset } from '../design/cut.ts';
import { operate } from '../stream/engine-commands.ts';
import { useDesk, useDispatch, useWindow } from '../stream/store.ts';
import { useAnswer } from '../stream/use-answer.ts';
import { editRequest, type Field, fieldsOf, octetsOf } from './fields.ts';

export function NextMessage() {
  const round = useWindow((state) => state.live?.engine.round ?? 0);
  const reveal = useWindow((state) => state.reveal);
  const moment = useAnswer('pending', { round, reveal });
  if (moment === undefined) return <p className="note">…</p>;
  if (moment === null) return <p className="note">Its fields are shown while the log of the engine is open.</p>;
  return <Fields moment={moment} />;
}

function Fields({ moment }: { readonly moment: Moment }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  // It comes when the dialog is open already.
  useEffect(() => list.current?.focus(), []);
  const fields = fieldsOf(moment.packet);
  const field = fields.find(({ node }) => node.id === chosen) ?? null;
  return (
    <div className="next-message">
      <p className="note">
        {moment.label}: {moment.explanation.sentences[0]?.text ?? 'It leaves as it is shown here.'}
      </p>
      <div
        ref={list}
        className="scroll next-fields"
        role="listbox"
        aria-label="Fields"
        tabIndex={0}
        onKeyDown={(event) => step(event, fields, chosen, setChosen)}
      >
        {fields.map((one) => (
          <FieldRow key={one.node.id} field={one} chosen={one.node.id === chosen} onChoose={() => setChosen(one.node.id)} />
        ))}
      </div>
      {field === null ? (
        <p className="note">Choose a field to give it other octets.</p>
      ) : (
        <Edit key={field.node.id} field={field} moment={moment} />
      )}
    </div>
  );
}

function step(event: React.KeyboardEvent, fields: readonly Field[], chosen: string | null, choose: (id: string | null) => void): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  const at = fields.findIndex(({ node }) => node.id === chosen) + by;
  choose(fields[Math.max(0, Math.min(fields.length - 1, at))]?.node.id ?? null);
}

function FieldRow({ field, chosen, onChoose }: { readonly field: Field; readonly chosen: boolean; readonly onChoose: () => void }) {
  const { node, path, sealed } = field;
  return (
    <div
      className={`next-field${chosen ? ' chosen' : ''}`}
      role="option"
      aria-selected={chosen}
      aria-label={`${path} ${node.name} ${node.value ?? ''}`}
      ref={(element) => {
        if (chosen) element?.scrollIntoView({ block: 'nearest' });
      }}
      onClick={onChoose}
    >
      <span className="cut ink3">{path}</span>
      <span className="cut">{node.name}</span>
      <span className="cut mono">{node.value ?? ''}</span>
      <Marks node={node} />
      <span className="xs ink3 num">
        {sealed ? 'sealed ' : ''}
        {offset(node.place.start)}
      </span>
    </div>
  );
}

function Marks({ node }: { readonly node: PacketNode }) {
  return node.mark === null ? <span /> : <span className={`mark ${node.mark.tone}`}>{node.mark.text}</span>;
}

function Edit({ field, moment }: { readonly field: Field; readonly moment: Moment }) {
  const desk = useDesk();
  const dispatch = useDispatch();
  const was = octetsOf(moment.packet, field);
  const [hex, setHex] = useState(was);
  const request = editRequest(moment.packet, field, hex);
  const same = hex.replace(/\s/g, '').toLowerCase() === was;
  return (
    <form
      className="next-edit"
      onSubmit={(event) => {
        event.preventDefault();
        if (request === null || same) return;
        operate(desk, request);
        dispatch({ type: 'notice', text: `${field.node.name} leaves changed.` });
      }}
    >
      <label className="field">
        <span className="hidden-words">Octets of {field.node.name}</span>
        <input className="mono" value={hex} spellCheck={false} onChange={(event) => setHex(event.target.value)} />
      </label>
      <button type="submit" className="btn primary" disabled={request === null || same}>
        Change
      </button>
      <p className="xs ink3">
        {request === null
          ? `${was.length / 2} octets in hex are wanted.`
          : field.sealed
            ? 'Sealed again with the same key and IV; hashes stay as they are.'
            : 'As it leaves; hashes stay as they are.'}
      </p>
    </form>
  );
}
