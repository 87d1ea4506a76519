import { pages, routes } from '@megdocs/contract';
import { Link } from 'react-router';
import { Settings } from '../ui/settings.tsx';
import { OnedriveCalls } from './onedrive-calls.tsx';

/** What MEGDocs did with this person's files, call by call. */
export default function OnedriveLogPage() {
  return (
    <Settings
      area="account"
      title="What MEGDocs did in your OneDrive"
      wide
      lead={
        <>
          Every call on your files, with Microsoft’s own number for it. MEGDocs touches only the folder MEGDocs in your
          OneDrive. The connection itself is under <Link to={pages.microsoft}>Microsoft</Link>.
        </>
      }
    >
      <OnedriveCalls route={routes.myOnedriveCalls} />
    </Settings>
  );
}
