import { Button, Input } from '@fluentui/react-components';
import { fill, routes, type Team } from '@megdocs/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { announce } from '../ui/announce.tsx';
import { send } from '../ui/api.ts';
import { Confirm } from '../ui/confirm.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { Section } from '../ui/settings.tsx';
import styles from './admin.module.css';
import { teamsQuery } from './queries.ts';

/** Teams stand in folder rules, so that these need not change with people. */
export function Teams() {
  const query = useQuery(teamsQuery);
  const [leaving, setLeaving] = useState<Team>();
  const queries = useQueryClient();
  const remove = async () => {
    if (!leaving) return;
    await send('DELETE', fill(routes.team, { id: leaving.id }));
    await Promise.all([['teams'], ['people'], ['folders']].map((queryKey) => queries.invalidateQueries({ queryKey })));
    announce(`The team ${leaving.name} is gone.`);
  };
  return (
    <Section title="Teams">
      {query.error && <FailureBox error={query.error} onRetry={() => void query.refetch()} />}
      <ul className={styles.rows}>
        {query.data?.teams.map((team) => (
          <li key={team.id}>
            <span className={styles.grow}>
              {team.name}
              <span className={styles.quiet}>
                {team.everyone
                  ? ', everybody of the institution'
                  : `, ${team.memberCount === 1 ? '1 person' : `${team.memberCount} people`}`}
              </span>
            </span>
            {!team.everyone && (
              <Button
                size="small"
                appearance="subtle"
                aria-label={`Remove the team ${team.name}`}
                onClick={() => setLeaving(team)}
              >
                Remove…
              </Button>
            )}
          </li>
        ))}
      </ul>
      <NewTeam />
      {leaving && (
        <Confirm
          open
          title={`Remove the team ${leaving.name}?`}
          verb="Remove the team"
          keep="Keep it"
          onConfirm={remove}
          onClose={() => setLeaving(undefined)}
        >
          <p>Its people stay, but lose at once what folder rules gave to this team.</p>
        </Confirm>
      )}
    </Section>
  );
}

function NewTeam() {
  const [name, setName] = useState('');
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () => send('POST', routes.teams, { name }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['teams'] });
      announce(`The team ${name} is made.`);
      setName('');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form className={styles.addRow} onSubmit={submit}>
      <Input
        aria-label="Name of a new team"
        placeholder="Name of a new team"
        required
        value={name}
        onChange={(_, data) => setName(data.value)}
      />
      <Button type="submit" disabledFocusable={make.isPending}>
        Add the team
      </Button>
      {make.error && <FailureBox error={make.error} />}
    </form>
  );
}
