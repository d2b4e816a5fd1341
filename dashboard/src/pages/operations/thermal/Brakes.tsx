/** Two brakes for all models: one stops scaling in, the other stops scaling out. */
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take, type Got } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { utc } from '../../../parts/quantities';
import { State } from '../../../parts/state/State';
import { problemText } from '../../../parts/page/problem';
import { useMay } from '../../../shell/session';
import { Until, untilOf } from '../../../parts/dialog/Until';
import classes from '../Operations.module.css';

type Held = Got<'/v1/thermal/brakes'>;
type Name = keyof Held;

const SAYS: Record<Name, { title: string; runs: string; held: string }> = {
  scaleOut: {
    title: 'Scale-out',
    runs: 'Models are warmed up when they are needed.',
    held: 'No model is warmed up. Tasks that need a cold model wait.',
  },
  scaleIn: {
    title: 'Scale-in',
    runs: 'Models are turned off when they are idle.',
    held: 'No model is turned off. Running instances continue to cost money.',
  },
};

export const Brakes = ({ brakes }: { brakes: Held }) => (
  <div className={classes.brakes}>
    <Brake name="scaleOut" brakes={brakes} />
    <Brake name="scaleIn" brakes={brakes} />
  </div>
);

function Brake({ name, brakes }: { name: Name; brakes: Held }) {
  const may = useMay();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [hours, setHours] = useState('4');
  const { title, runs, held } = SAYS[name];
  const now = brakes[name];
  const save = useMutation({
    mutationFn: (wanted: Held[Name]) =>
      take(api.PUT('/v1/thermal/brakes', { body: { ...brakes, [name]: wanted } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['thermal'] }),
  });
  return (
    <Card
      title={title}
      aside={
        <State of={now.paused ? 'paused' : 'active'} plain>
          {now.paused ? 'Paused' : 'On'}
        </State>
      }
    >
      <p style={{ margin: '0 0 12px' }}>
        {now.paused ? held : runs}
        {now.paused && (
          <span className="quiet">{` ${now.reason} (${now.until ? `until ${utc(now.until)}` : 'until somebody changes it'})`}</span>
        )}
      </p>
      {may.operate &&
        (now.paused ? (
          <Button
            loading={save.isPending}
            onClick={() => save.mutate({ paused: false })}
          >{`Resume ${title.toLowerCase()}`}</Button>
        ) : (
          <form
            className={classes.row}
            onSubmit={(event) => {
              event.preventDefault();
              save.mutate({ paused: true, reason: reason.trim(), until: untilOf(hours) });
            }}
          >
            <TextInput
              label="Reason"
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
              style={{ flex: 1, minWidth: 160 }}
            />
            <Until hours={hours} onChange={setHours} />
            <Button
              type="submit"
              size="sm"
              loading={save.isPending}
              disabled={reason.trim() === ''}
            >{`Pause ${title.toLowerCase()} of all models`}</Button>
          </form>
        ))}
      {save.error && (
        <p role="alert" style={{ color: 'var(--failed)', margin: '8px 0 0' }}>
          {problemText(save.error)}
        </p>
      )}
    </Card>
  );
}
