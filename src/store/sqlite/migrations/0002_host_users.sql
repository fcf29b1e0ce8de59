ALTER TABLE `users` ADD `host_subject` text;--> statement-breakpoint
CREATE UNIQUE INDEX `users_host_subject_unique` ON `users` (`host_subject`);