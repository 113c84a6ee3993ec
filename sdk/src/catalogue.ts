// The permissions and roles of an instance, as types. `mintmark types` writes a file that names them, and every function
// of the SDK that takes or gives a permission then knows their names.

/**
 * The catalogue of your instance. A file written by `mintmark types` adds `permission` and `role` to it. Without that
 * file, every text is a permission.
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- an interface, because a module can only add to an interface
export interface Catalogue {}

/** The name of a permission, such as `scans:read`. */
export type Permission = Catalogue extends { readonly permission: infer Name extends string } ? Name : string;

/** The name of a role, such as `member`. */
export type Role = Catalogue extends { readonly role: infer Name extends string } ? Name : string;
