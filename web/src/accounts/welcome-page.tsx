import { Button, Field, Input } from '@fluentui/react-components';
import { fill, type LinkDetails, linkDetails, me, pages, routes } from '@megdocs/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { ApiFailure, getJson, send } from '../ui/api.ts';
import { Busy } from '../ui/busy.tsx';
import { complaint } from '../ui/complaint.ts';
import { FailureBox } from '../ui/failure.tsx';
import styles from './alone.module.css';
import { Alone } from './alone.tsx';
import { PasswordInput } from './password-input.tsx';

/** Where a one-time link leads: an invitation asks for name and password, a reset for the password alone. */
export default function WelcomePage() {
  const { token = '' } = useParams();
  const route = fill(routes.link, { token });
  const details = useQuery({
    queryKey: ['link', token],
    queryFn: ({ signal }) => getJson(route, linkDetails, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (details.data) return <Accept route={route} details={details.data} />;
  if (details.error)
    return (
      <Alone title="This link does not work" lead="Links work once, and only for some days.">
        <div className={styles.form}>
          <FailureBox
            error={details.error}
            onRetry={isLinkGone(details.error) ? undefined : () => void details.refetch()}
          />
          <p>
            Have you chosen your password already? <Link to={pages.signIn}>Sign in</Link>. Otherwise ask the person who
            invited you for a new link.
          </p>
        </div>
      </Alone>
    );
  return (
    <Alone title="Welcome to MEGDocs" lead="One moment.">
      <Busy sentence="Looking at your link" />
    </Alone>
  );
}

function Accept({ route, details }: { route: string; details: LinkDetails }) {
  const invited = details.purpose === 'invitation';
  const [name, setName] = useState(details.name);
  const [password, setPassword] = useState('');
  const accept = useAccept(route, details.email);
  const fields = accept.error instanceof ApiFailure ? accept.error.fields : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accept.mutate(invited ? { name, password } : { password });
  };
  return (
    <Alone
      title={invited ? 'Welcome to MEGDocs' : 'Choose a new password'}
      lead={
        invited
          ? `You were invited to the controlled documents of ${details.institution}.`
          : `For your account at ${details.institution}.`
      }
      foot="On a shared ward PC, don’t let the browser keep the password."
    >
      <form className={styles.form} onSubmit={submit}>
        {accept.error && Object.keys(fields).length === 0 && <FailureBox error={accept.error} assertive />}
        <Field label="Email">
          <Input size="large" type="email" autoComplete="username" readOnly value={details.email} />
        </Field>
        {invited && (
          <Field
            label="Your name"
            hint="As colleagues know you: it stands on the versions that you make."
            {...complaint(fields.name)}
          >
            <Input size="large" autoComplete="name" required value={name} onChange={(_, data) => setName(data.value)} />
          </Field>
        )}
        <Field
          label="New password"
          hint="At least 12 characters; a few words are fine."
          {...complaint(fields.password)}
        >
          <PasswordInput
            size="large"
            autoComplete="new-password"
            required
            minLength={12}
            value={password}
            onChange={(_, data) => setPassword(data.value)}
          />
        </Field>
        <Button
          type="submit"
          appearance="primary"
          size="large"
          className={styles.wide}
          disabledFocusable={accept.isPending}
        >
          {invited ? 'Create the account' : 'Set the password'}
        </Button>
      </form>
    </Alone>
  );
}

function useAccept(route: string, email: string) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: { name?: string; password: string }) => {
      await send('POST', route, body);
      queries.clear();
      // The answer may have signed this browser in; if not, the sign-in page knows the address already.
      return getJson(routes.me, me).then(
        () => pages.documents,
        () => `${pages.signIn}?email=${encodeURIComponent(email)}`,
      );
    },
    onSuccess: (next) => void navigate(next, { replace: true }),
  });
}

const isLinkGone = (error: unknown): boolean => error instanceof ApiFailure && error.code === 'link_not_valid';
