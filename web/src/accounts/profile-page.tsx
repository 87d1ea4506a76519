import { Button, Field, Input } from '@fluentui/react-components';
import { routes } from '@megdocs/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { announce } from '../ui/announce.tsx';
import { ApiFailure, send } from '../ui/api.ts';
import { complaint } from '../ui/complaint.ts';
import { FailureBox } from '../ui/failure.tsx';
import { useMe } from '../ui/me.ts';
import { roleWords } from '../ui/role-words.ts';
import { Facts, Section, Settings } from '../ui/settings.tsx';
import { Signal } from '../ui/status.tsx';
import styles from './accounts.module.css';
import { PasswordInput } from './password-input.tsx';

export default function ProfilePage() {
  const me = useMe();
  return (
    <Settings area="account" title="Profile">
      <div className={styles.box}>
        <Facts
          facts={[
            ['Email', me.email],
            ['Institution', me.institution.name],
            ['Roles', roleWords(me.roles)],
            ['Teams', me.teams.length > 0 ? me.teams.join(', ') : 'none'],
          ]}
        />
      </div>
      <NameForm />
      <PasswordForm />
    </Settings>
  );
}

function NameForm() {
  const me = useMe();
  const queries = useQueryClient();
  const [name, setName] = useState(me.name);
  const save = useMutation({
    mutationFn: () => send('PATCH', routes.me, { name }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['me'] });
      announce('Your name is saved.');
    },
  });
  const fields = save.error instanceof ApiFailure ? save.error.fields : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== me.name) save.mutate();
  };
  return (
    <Section title="Name">
      <form className={styles.form} onSubmit={submit}>
        <Field
          label="Your name"
          hint="It stands on the versions that you make from now on."
          {...complaint(fields.name)}
        >
          <Input autoComplete="name" required value={name} onChange={(_, data) => setName(data.value)} />
        </Field>
        {save.error && !fields.name && <FailureBox error={save.error} />}
        <div className={styles.done}>
          <Button type="submit" disabledFocusable={save.isPending || name.trim() === me.name}>
            Save the name
          </Button>
          {save.isSuccess && name.trim() === me.name && <Done>Saved</Done>}
        </div>
      </form>
    </Section>
  );
}

function PasswordForm() {
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const change = useMutation({
    mutationFn: () => send('POST', routes.myPassword, { currentPassword, newPassword }),
    onSuccess: () => {
      setCurrent('');
      setNew('');
      announce('Your password is changed.');
    },
  });
  const fields = change.error instanceof ApiFailure ? change.error.fields : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Section title="Password">
      <form className={styles.form} onSubmit={submit}>
        <Field label="Current password">
          <PasswordInput
            autoComplete="current-password"
            required
            value={currentPassword}
            onChange={(_, data) => setCurrent(data.value)}
          />
        </Field>
        <Field
          label="New password"
          hint="At least 12 characters; a few words are fine."
          {...complaint(fields.newPassword)}
        >
          <PasswordInput
            autoComplete="new-password"
            required
            minLength={12}
            value={newPassword}
            onChange={(_, data) => setNew(data.value)}
          />
        </Field>
        {change.error && !fields.newPassword && <FailureBox error={change.error} />}
        <div className={styles.done}>
          <Button type="submit" disabledFocusable={change.isPending}>
            Change the password
          </Button>
          {change.isSuccess && !newPassword && <Done>Changed</Done>}
        </div>
      </form>
    </Section>
  );
}

function Done({ children }: { children: string }) {
  return (
    <span className={styles.doneWord}>
      <Signal kind="ok" /> {children}
    </span>
  );
}
