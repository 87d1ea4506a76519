import { Button } from '@fluentui/react-components';
import { PersonAdd20Regular } from '@fluentui/react-icons';
import type { OneTimeLink, Person } from '@megdocs/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Busy } from '../ui/busy.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { isAdmin, useMe } from '../ui/me.ts';
import { Settings } from '../ui/settings.tsx';
import { AdminsOnly } from './admins-only.tsx';
import { DeactivateDialog } from './deactivate-dialog.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { LinkDialog } from './link-dialog.tsx';
import { NewLinkDialog } from './new-link-dialog.tsx';
import { PeopleTable } from './people-table.tsx';
import { PersonDialog } from './person-dialog.tsx';
import { peopleQuery } from './queries.ts';
import { Teams } from './teams.tsx';

/** What is open above the list: at most one dialog. */
export type PeopleDialog =
  | { kind: 'invite' }
  | { kind: 'change' | 'deactivate' | 'new-invitation' | 'reset'; person: Person }
  | { kind: 'link'; link: OneTimeLink; name: string; purpose: 'invitation' | 'password-reset' };

export default function PeoplePage() {
  const [dialog, setDialog] = useState<PeopleDialog>();
  const admin = isAdmin(useMe());
  return (
    <Settings
      area="administration"
      title="People"
      wide
      actions={
        admin && (
          <Button appearance="primary" icon={<PersonAdd20Regular />} onClick={() => setDialog({ kind: 'invite' })}>
            Invite…
          </Button>
        )
      }
    >
      <AdminsOnly>
        <People onDialog={setDialog} />
        <Teams />
        {dialog && <Dialogs dialog={dialog} onDialog={setDialog} />}
      </AdminsOnly>
    </Settings>
  );
}

function People({ onDialog }: { onDialog: (dialog: PeopleDialog) => void }) {
  const query = useQuery(peopleQuery);
  if (query.error) return <FailureBox error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Busy sentence="Loading the people" />;
  return <PeopleTable people={query.data.people} onDialog={onDialog} />;
}

interface DialogsProps {
  dialog: PeopleDialog;
  onDialog: (dialog: PeopleDialog | undefined) => void;
}
function Dialogs({ dialog, onDialog }: DialogsProps) {
  const close = () => onDialog(undefined);
  const showLink = (purpose: 'invitation' | 'password-reset') => (link: OneTimeLink, name: string) =>
    onDialog({ kind: 'link', link, name, purpose });
  switch (dialog.kind) {
    case 'invite':
      return <InviteDialog onClose={close} onInvited={showLink('invitation')} />;
    case 'change':
      return <PersonDialog person={dialog.person} onClose={close} />;
    case 'deactivate':
      return <DeactivateDialog person={dialog.person} onClose={close} />;
    case 'new-invitation':
      return (
        <NewLinkDialog person={dialog.person} purpose="invitation" onClose={close} onMade={showLink('invitation')} />
      );
    case 'reset':
      return (
        <NewLinkDialog
          person={dialog.person}
          purpose="password-reset"
          onClose={close}
          onMade={showLink('password-reset')}
        />
      );
    case 'link':
      return <LinkDialog link={dialog.link} name={dialog.name} purpose={dialog.purpose} onClose={close} />;
  }
}
