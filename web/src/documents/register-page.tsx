export default function RegisterPage() {
  return <p>Documents</p>;
}
