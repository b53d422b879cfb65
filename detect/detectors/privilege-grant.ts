// Rights given or credentials made, by a machine that does neither: how whoever has a foothold stays, and climbs.
import { kindOfActionDetector } from "../kind-of-action-detector.ts";

export const privilegeGrant = kindOfActionDetector({
  id: "privilege-grant",
  title: "Rights granted or keys made",
  does: "grants rights or makes keys",
  isGraverForItself: true,
  patterns: [
    /^iam:(?:attach|put)(?:user|role|group)policy$/,
    /^iam:(?:createpolicyversion|setdefaultpolicyversion|addusertogroup|updateassumerolepolicy|delete(?:user|role)permissionsboundary)$/,
    /^iam:(?:createaccesskey|createloginprofile|updateloginprofile|createservicespecificcredential|uploadsigningcertificate)$/,
    /^iam:(?:createopenidconnectprovider|createsamlprovider|addclientidtoopenidconnectprovider)$/,
    /^sso(?:-admin)?:(?:createaccountassignment|attachmanagedpolicytopermissionset|putinlinepolicytopermissionset)$/,
    /^eks:(?:createaccessentry|associateaccesspolicy)$/,
    /^[a-z.]+\.googleapis\.com:.*setiam(?:policy|permissions)$/,
    /^iam\.googleapis\.com:.*(?:(?:create|upload)serviceaccountkey|(?:create|update)role|(?:create|update)workloadidentitypoolprovider)$/,
    /^apikeys\.googleapis\.com:.*createkey$|^storage\.googleapis\.com:storage\.hmackeys\.create$/,
    /^microsoft\.authorization:microsoft\.authorization\/(?:(?:roleassignments|roledefinitions)\/write|elevateaccess\/action)$/,
    /^microsoft\.keyvault:microsoft\.keyvault\/vaults\/accesspolicies\/write$/,
    /^microsoft\.managedidentity:.*\/federatedidentitycredentials\/write$/,
    /^microsoft\.aadiam:add (?:service principal credentials|(?:eligible )?member to role|app role assignment|owner to |delegated permission grant)/,
    /^microsoft\.aadiam:(?:update application.*(?:certificates and secrets|federated)|consent to application)/,
    /^rbac\.authorization\.k8s\.io:(?:create|update|patch|bind|escalate) (?:cluster)?role(?:binding)?s/,
  ],
  techniques: ["T1098", "T1098.001", "T1098.003", "T1098.006"],
  nonHumanIdentityRisks: ["NHI5", "NHI7"],
  needs: "Management events of IAM, Entra audit logs, Kubernetes requests to RBAC.",
  falsePositives: ["A deployment that grants rights for the first time.", "A rotation that the platform team runs under the machine's name."],
  blindSpots: [
    "How much is granted: a reader's right and an owner's are one action.",
    "Rights that come with a group, a tag or a trust that was there.",
  ],
  checks: ["To whom, and which rights?", "Is the change in version control?", "Has the new right or key been used, and from where?"],
});
