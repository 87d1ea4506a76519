import { Button } from '@fluentui/react-components';
import { type ConnectOutcome, fill, pages, routes } from '@megdocs/contract';
import { Link } from 'react-router';
import { clock } from '../ui/time-words.ts';
import styles from './outcome.module.css';

type Held = Extract<ConnectOutcome, { result: 'held' }>;

/** Another account than expected: both names stand there, and nothing happens before the person has chosen. */
export function HeldAccount({ held }: { held: Held }) {
  const { account, before, ownAddress, stillOpen, until } = held;
  const blocked = stillOpen.length > 0;
  return (
    <>
      <p className={styles.lead}>
        {before
          ? 'It is another account than the one that was connected here. Nothing has changed yet.'
          : 'Its address is not the one you have here. Nothing is connected yet.'}
      </p>
      <dl className={styles.accounts}>
        <Account label="At Microsoft you signed in as" name={account.name} address={account.address}>
          {account.organisation}
        </Account>
        {before ? (
          <Account label="Connected here so far" name={before.name} address={before.address}>
            {before.organisation}
          </Account>
        ) : (
          <Account label="Your address here" address={ownAddress} />
        )}
      </dl>
      {blocked ? <FirstCheckIn stillOpen={stillOpen} /> : <p>{before ? whatHappens(before.address) : usualReason}</p>}
      <form method="post" action={fill(routes.heldAccount, { id: held.id })} className={styles.choice}>
        <Button type="submit" name="answer" value="use" appearance="primary" disabledFocusable={blocked}>
          Use {account.address}
        </Button>
        <Button type="submit" name="answer" value="keep">
          {before ? `Keep ${before.address}` : 'Do not connect it'}
        </Button>
      </form>
      <p className={styles.quiet}>
        Without an answer MEGDocs forgets {account.address} at {clock(new Date(until))}.
      </p>
    </>
  );
}

const whatHappens = (address: string): string =>
  `If you use the other one, MEGDocs collects what it still has in the OneDrive of ${address}, erases its keys to it, and connects the other account anew.`;
const usualReason =
  'That is in order if your Microsoft account simply has another address. On a shared computer, make sure that it is yours and not a colleague’s.';

interface AccountProps {
  label: string;
  name?: string;
  address: string;
  children?: string | null;
}
function Account({ label, name, address, children }: AccountProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {name && <span className={styles.name}>{name}</span>}
        <span>{address}</span>
        {children && <span className={styles.quiet}>{children}</span>}
      </dd>
    </div>
  );
}

function FirstCheckIn({ stillOpen }: Pick<Held, 'stillOpen'>) {
  return (
    <div>
      <p>These documents are open in the account that is connected. Check them in or discard the edits first:</p>
      <ul className={styles.documents}>
        {stillOpen.map(({ documentId, number, title }) => (
          <li key={documentId}>
            <Link to={fill(pages.document, { id: documentId })}>
              {number} {title}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
