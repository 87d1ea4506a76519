export default function FollowUpDraftPage() {
  return <p>Late save</p>;
}
