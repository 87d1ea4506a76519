import { Button, Tooltip } from '@fluentui/react-components';
import { Open16Regular, PeopleAdd16Regular } from '@fluentui/react-icons';
import { type BeingEdited, type EditSession, fill, pages, type Together } from '@megdocs/contract';
import type { ContinueWish } from './continue-dialog.tsx';
import { rememberTitle } from './remembered-title.ts';

interface Props {
  session: EditSession;
  together: Together;
  app: BeingEdited['app'];
  onContinue: (wish: ContinueWish) => void;
}

/** What a person does about the people in a session: join, open it again, take it over, hand it over. */
export function TogetherActions({ session, together, app, onContinue }: Props) {
  const { may } = together;
  const { document } = session;
  // Our own page in a new tab, which becomes Word: it opens within the click, wherever pop-ups are blocked.
  const link = {
    as: 'a',
    href: fill(pages.joinEditing, { id: session.id }),
    target: '_blank',
    rel: 'noopener',
    onClick: () => rememberTitle(localStorage, { id: session.id, number: document.number, title: document.title }),
  } as const;
  return (
    <>
      {may.open ? (
        <Button {...link} icon={<Open16Regular />}>
          Open in {app}
        </Button>
      ) : null}
      {may.join ? (
        <Button {...link} appearance="primary" icon={<PeopleAdd16Regular />}>
          Join in {app}
        </Button>
      ) : null}
      {!may.join && together.joinBlockers.length > 0 && session.state === 'active' ? (
        <Tooltip relationship="description" content={together.joinBlockers.map(({ fact }) => fact).join(' ')}>
          <Button disabledFocusable icon={<PeopleAdd16Regular />}>
            Join in {app}
          </Button>
        </Tooltip>
      ) : null}
      {may.takeOver ? (
        <Button
          appearance="subtle"
          onClick={() => onContinue({ kind: 'take-over', session, forOthersOnly: may.takeOverForOthersOnly })}
        >
          Take over…
        </Button>
      ) : null}
      {may.handOver ? (
        <Button appearance="subtle" onClick={() => onContinue({ kind: 'hand-over', session, forOthersOnly: true })}>
          Hand over…
        </Button>
      ) : null}
    </>
  );
}
