/** The fields that a new trigger and an edited one share. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Json, JsonObject } from '../../api/contract';
import { isObject } from '../../parts/code/json';
import { JsonField } from '../../parts/code/JsonField';
import { messageFor } from '../../parts/page/problem';
import { orNull, type Trigger } from './words';

type Start = Pick<Trigger, 'name' | 'parameters' | 'condition' | 'deliveryId' | 'signatureHeader'>;

export function useTriggerFields(start: Start) {
  const [name, setName] = useState(start.name);
  const [parameters, setParameters] = useState<Json | undefined>(start.parameters ?? {});
  const [isReadable, setReadable] = useState(true);
  const [condition, setCondition] = useState(start.condition ?? '');
  const [deliveryId, setDeliveryId] = useState(start.deliveryId ?? '');
  const [signatureHeader, setSignatureHeader] = useState(start.signatureHeader ?? '');
  return {
    isReady: name.trim() !== '' && isReadable && isObject(parameters),
    /** As a request holds them. */
    body: {
      name: name.trim(),
      parameters: (parameters ?? {}) as JsonObject,
      condition: orNull(condition),
      deliveryId: orNull(deliveryId),
    },
    signatureHeader: orNull(signatureHeader),
    fields: (error: unknown, isPlain: boolean) => (
      <>
        <TextInput
          label="Name"
          required
          maxLength={100}
          value={name}
          error={messageFor(error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {isPlain && (
          <TextInput
            label="Header with the signature"
            description="In lower case. Empty: x-signature."
            value={signatureHeader}
            error={messageFor(error, 'signatureHeader')}
            onChange={(event) => setSignatureHeader(event.currentTarget.value)}
          />
        )}
        <JsonField
          label="Parameters"
          description='JSON whose texts are CEL over body and headers, such as { "audio": "body.data.url" }.'
          value={parameters}
          required
          error={messageFor(error, 'parameters')}
          onChange={(value, unreadable) => {
            setParameters(value);
            setReadable(unreadable === null);
          }}
        />
        <TextInput
          label="Only if"
          description='CEL, such as body.type == "call.ended". Empty: each delivery starts an execution.'
          value={condition}
          error={messageFor(error, 'condition')}
          onChange={(event) => setCondition(event.currentTarget.value)}
        />
        <TextInput
          label="Id of a delivery"
          description="CEL. The same id is the same delivery. Empty: the sender's own, else the hash of the body."
          value={deliveryId}
          error={messageFor(error, 'deliveryId')}
          onChange={(event) => setDeliveryId(event.currentTarget.value)}
        />
      </>
    ),
  };
}
