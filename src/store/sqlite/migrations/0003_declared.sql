CREATE TABLE `scopes` (
	`name` text PRIMARY KEY NOT NULL,
	`sentence` text NOT NULL,
	`optional` integer NOT NULL,
	`withdrawn_at` integer
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `instance` ADD `declared_in` text;--> statement-breakpoint
ALTER TABLE `users` ADD `origin` text DEFAULT 'administrator' NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `declared` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `declared_password_hash` text;